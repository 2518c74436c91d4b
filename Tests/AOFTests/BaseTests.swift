import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("A base and its log")
struct BaseTests {
  private func base() -> [UInt8] {
    var builder = RDBBuilder("REDIS0010")
    builder.aux("redis-ver", "7.0.15")
    builder.aux("ctime", "90")
    builder.selectDB(0)
    builder.string(key: "same", value: "1")
    builder.string(key: "read", value: "7")
    builder.string(key: "moved", value: "x")
    builder.record(1, key: "list", value: [2, 1, 97, 1, 98])
    builder.selectDB(1)
    builder.string(key: "other", value: "o")
    builder.string(key: "same", value: "1")
    return builder.ended()
  }

  private func atEnd(
    of log: LogText, _ body: (ReadOverlay, (String, UInt32) -> Bool) throws -> Void
  ) throws {
    try withLog([("b", base()), ("i", log.bytes)], isDirectory: true) { input in
      let read = ReadOverlay(try LogMoment(input, .end, EveryKey()))
      #expect(read.file.error == nil)
      try body(read) { (key: String, database: UInt32) -> Bool in
        Array(key.utf8).withRawSpan { read.overlay.base.replaces($0, in: database) }
      }
    }
  }

  @Test("a key that the log leaves alone, or only reads, stays the base's")
  func untouched() throws {
    try atEnd(of: LogText("SUNIONSTORE n m", "BITOP OR n read", "INCR same")) { read, replaces in
      let lines = try read.lines()
      #expect(lines == ["0 n 7", "0 same 2"])
      #expect(replaces("same", 0))
      #expect(!replaces("same", 1))
      #expect(!replaces("read", 0))
      #expect(!replaces("list", 0))
    }
  }

  @Test("values of the base are changed, renamed and deleted")
  func changed() throws {
    try atEnd(of: LogText("RPUSH list c", "RENAME moved new", "DEL read", "PEXPIREAT same 99999")) {
      read, replaces in
      let lines = try read.lines().sorted()
      #expect(lines == ["0 list a b c", "0 new x", "0 same 1 @99999"])
      for key in ["list", "moved", "read", "same"] { #expect(replaces(key, 0), "\(key)") }
      #expect(
        read.overlay.absent.map(\.key).sorted { $0.count < $1.count } == [
          Array("read".utf8), Array("moved".utf8),
        ])
    }
  }

  @Test("a flush drops a database of the base, and SWAPDB brings its records along")
  func databases() throws {
    try atEnd(of: LogText("FLUSHDB", "SET a 1")) { read, replaces in
      let lines = try read.lines()
      #expect(lines == ["0 a 1"])
      #expect(replaces("never named", 0))
      #expect(!replaces("other", 1))
    }
    try atEnd(of: LogText("SWAPDB 0 1", "SET a 1")) { read, replaces in
      let lines = try read.lines().sorted()
      #expect(
        lines == [
          "0 a 1", "0 other o", "0 same 1", "1 list a b", "1 moved x", "1 read 7", "1 same 1",
        ])
      #expect(replaces("other", 1))
      #expect(replaces("list", 0))
    }
    try atEnd(of: LogText("FLUSHALL", "SELECT 1", "SET b 1")) { read, replaces in
      let lines = try read.lines()
      #expect(lines == ["1 b 1"])
      #expect(replaces("x", 9))
    }
  }

  @Test("commands behind an RDB file that is the base are part of the log")
  func hybrid() throws {
    let bytes = base() + LogText("SELECT 1", "SET tail 1").bytes
    let files = [(name: "b", bytes: bytes), (name: "i", bytes: LogText("SET head 1").bytes)]
    try withLog(files, isDirectory: true) { input in
      #expect(input.baseHasCommands)
      let read = ReadOverlay(try LogMoment(input, .end, EveryKey()))
      let lines = try read.lines().sorted()
      #expect(lines == ["0 head 1", "1 tail 1"])
    }
  }

  @Test("records of the overlay name the last command that changed their key")
  func changes() throws {
    let log = LogText("SET a 1", "SET b 1", "APPEND a 2")
    try atEnd(of: log) { read, _ in
      let last = LogText("SET a 1", "SET b 1").bytes.count
      #expect(read.overlay.records.map(\.change?.offset) == [last, LogText("SET a 1").bytes.count])
      #expect(read.overlay.records.map(\.encoding) == [.int, .int])
    }
  }

  @Test("keys that had expired at the moment are not there, and are told")
  func expired() throws {
    let log = LogText("#TS:100", "SET a 1 PXAT 100000", "SET b 1 PXAT 99999", "SET c 1 PXAT 100001")
    try atEnd(of: log) { read, _ in
      let lines = try read.lines()
      #expect(lines == ["0 a 1 @100000", "0 c 1 @100001"])
      #expect(read.overlay.absent == [AbsentKey(database: 0, key: [98], isExpired: true)])
    }
  }
}
