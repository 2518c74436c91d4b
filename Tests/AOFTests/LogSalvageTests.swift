import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Salvage of logs")
struct LogSalvageTests {
  /// The state of a damaged log: what is sure, what is doubtful, and which keys are not known.
  private struct State: Equatable {
    var sure: [String]
    var doubtful: [String]
    var unknown: [String] = []
  }

  private func state(_ files: [(name: String, bytes: [UInt8])]) throws -> State {
    try withLog(files) { input in
      let moment = LogMoment(salvaging: input, EveryKey())
      var bytes: [UInt8] = []
      let found = moment.writeWhole { bytes += [UInt8](copying: $0) }
      let read = ReadOverlay(bytes: bytes, found.overlay)
      let lines = try read.lines()
      let sure = read.file.records.indices.filter {
        found.sure.contains(read.file.records[$0].start)
      }
      #expect(sure.count == found.sureCount)
      return State(
        sure: sure.map { lines[$0] }.sorted(),
        doubtful: lines.indices.filter { !sure.contains($0) }.map { lines[$0] }.sorted(),
        unknown: found.overlay.inexact.map { String(decoding: $0.key, as: UTF8.self) })
    }
  }

  /// The state of commands, junk, and commands.
  private func state(_ before: LogText, _ after: LogText) throws -> State {
    try state([("a", before.bytes + Array("junk\r\n".utf8) + after.bytes)])
  }

  @Test("what a command writes wholly behind a gap is sure, what it changes is not")
  func whole() throws {
    let before = LogText("SELECT 0", "SET a 1", "SET b 1", "RPUSH l x", "SET gone 1", "SET e 1")
    let after = LogText(
      "SELECT 0", "SET a 2", "INCR b", "RPUSH l y", "SADD new m", "DEL gone", "SET gone 2 NX")
    // A set that did not exist before may have been made in the gap.
    #expect(
      try state(before, after)
        == State(
          sure: ["0 a 2", "0 gone 2"], doubtful: ["0 b 2", "0 e 1", "0 l x y", "0 new {m}"]))
  }

  @Test("doubt goes with values from key to key")
  func flows() throws {
    let before = LogText("SELECT 0", "SET a 1", "SADD s m", "RPUSH l x", "SET t 1")
    let after = LogText(
      "SELECT 0", "COPY a copy", "RENAME a renamed", "SUNIONSTORE u s", "LMOVE l l2 LEFT LEFT",
      "SET t 2", "COPY t sure", "SET k 1 KEEPTTL", "MSET m 1 n 2")
    #expect(
      try state(before, after)
        == State(
          sure: ["0 m 1", "0 n 2", "0 sure 2", "0 t 2"],
          doubtful: ["0 copy 1", "0 k 1", "0 l2 x", "0 renamed 1", "0 s {m}", "0 u {m}"]))
  }

  @Test("a database that is not selected anew is doubtful, and so is all that is written to it")
  func selection() throws {
    let before = LogText("SELECT 3", "SET a 1")
    #expect(
      try state(before, LogText("SET b 1", "SET c 1", "SET d 1", "SELECT 3", "SET e 1"))
        == State(sure: ["3 e 1"], doubtful: ["3 a 1", "3 b 1", "3 c 1", "3 d 1"]))
  }

  @Test("a flush ends all doubt of keys")
  func flush() throws {
    let before = LogText("SELECT 0", "SET a 1", "SELECT 1", "SET b 1")
    #expect(
      try state(before, LogText("SELECT 0", "FLUSHALL", "SADD s m", "INCR n", "SELECT 1", "INCR n"))
        == State(sure: ["0 n 1", "0 s {m}", "1 n 1"], doubtful: []))
    #expect(
      try state(before, LogText("SELECT 0", "FLUSHDB", "SADD s m", "SELECT 1", "INCR n"))
        == State(sure: ["0 s {m}"], doubtful: ["1 b 1", "1 n 1"]))
  }

  @Test("a key of another type was deleted in the gap")
  func types() throws {
    let before = LogText("SELECT 0", "SET a 1", "SET b 1")
    let after = LogText("SELECT 0", "RPUSH a x", "HSET b f v", "SET c 1", "SET d 1")
    #expect(
      try state(before, after)
        == State(sure: ["0 c 1", "0 d 1"], doubtful: ["0 a x", "0 b {f=v}"]))
  }

  @Test("the key of a damaged command is not known, until another writes it wholly")
  func damagedCommand() throws {
    let head = LogText("SELECT 0", "SET a 1", "SET b 1", "SET c 1").bytes
    let odd = Array("*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\nlong\r\n".utf8)
    let rest = LogText("SELECT 0", "SET c 2", "SET d 2", "SET e 2").bytes
    #expect(
      try state([("a", head + odd + rest)])
        == State(
          sure: ["0 c 2", "0 d 2", "0 e 2"], doubtful: ["0 a 1"], unknown: ["b"]))
    let again = LogText("SELECT 0", "SET b 3", "SET d 2", "SET e 2").bytes
    #expect(
      try state([("a", head + odd + again)]).unknown.isEmpty)
  }

  @Test("what editors leave and what a crash cuts off puts nothing in doubt")
  func harmless() throws {
    let head = LogText("SELECT 0", "SET a 1").bytes
    let rest = LogText("SET b 1", "SET c 1", "MULTI", "SET a 2").bytes
    let all = State(sure: ["0 a 1", "0 b 1", "0 c 1"], doubtful: [])
    #expect(try state([("a", [0xef, 0xbb, 0xbf] + head + rest)]) == all)
    #expect(try state([("a", head + [13, 10] + rest)]) == all)
    #expect(try state([("a", head + rest.dropLast(3))]) == all)
    #expect(try state([("a", head + rest + Array("*1\r\n$4\r\nEX".utf8))]) == all)
  }

  @Test("commands in a file behind a missing one, or behind a cut one, are applied with doubt")
  func files() throws {
    let head = LogText("SELECT 0", "SET a 1", "SET b 1").bytes
    let rest = LogText("SELECT 0", "SET a 2").bytes
    let expected = State(sure: ["0 a 2"], doubtful: ["0 b 1"])
    let cut = head + Array("*2\r\n$3\r\nGE".utf8)
    #expect(try state([("a", cut), ("b", rest)]) == expected)
  }

  @Test("the commands of a transaction in which a gap is count, one without an end does not")
  func transactions() throws {
    let before = LogText("SELECT 0", "SET a 1", "MULTI", "SET a 2")
    let after = LogText("SELECT 0", "SET b 1", "EXEC", "SET c 1")
    #expect(
      try state(before, after) == State(sure: ["0 b 1", "0 c 1"], doubtful: ["0 a 2"]))
  }

  @Test("a sound log is salvaged as it is, with the base's records in their databases")
  func sound() throws {
    var builder = RDBBuilder("REDIS0011")
    builder.aux("redis-ver", "7.0.15")
    builder.selectDB(0)
    builder.string(key: "x", value: "1")
    builder.string(key: "y", value: "1")
    builder.selectDB(5)
    builder.string(key: "z", value: "1")
    let log = LogText("SELECT 0", "INCR x", "SELECT 1", "SET n 1", "SWAPDB 1 0")
    #expect(
      try state([("base", builder.ended()), ("a", log.bytes)])
        == State(sure: ["0 n 1", "1 x 2", "1 y 1", "5 z 1"], doubtful: []))
    let odd = LogText("SELECT 0", "SET x 5", "SET y 7", "SWAPDB 0 1").bytes
    #expect(
      try state([("base", builder.ended()), ("a", log.bytes + [1, 10] + odd)])
        == State(sure: ["1 x 5", "1 y 7"], doubtful: ["0 x 2", "0 y 1", "1 n 1", "5 z 1"]))
  }
}
