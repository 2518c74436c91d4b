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

  /// A base of sound and damaged records of several types; the last is written by `ended`.
  private var damagedBase: RDBBuilder {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("aof-preamble", "1")
    builder.selectDB(0)
    builder.string(key: "a", value: "1")
    var value = RDBBuilder.bare
    value.string("garbage that is no packed structure")
    for (type, key) in [(9, "zipmap"), (10, "ziplist"), (11, "intset"), (12, "zset"), (13, "hash")]
    {
      builder.record(UInt8(type), key: key, value: value.bytes)
    }
    builder.string(key: "b", value: "1")
    var twice = RDBBuilder.bare
    twice.length(2)
    twice.string("m")
    twice.string("m")
    builder.record(2, key: "twice", value: twice.bytes)
    var packed = RDBBuilder.bare
    packed.lzfString(packed: [0xff, 0xff, 0xff], count: 40)
    builder.record(0, key: "lzf", value: packed.bytes)
    builder.string(key: "c", value: "1")
    return builder
  }

  @Test("a record of the base whose value is damaged is not known, whether commands name it or not")
  func damagedValues() throws {
    let log = LogText(
      "SELECT 0", "PEXPIREAT zset 9999999999999", "SADD twice n", "COPY hash other", "SET lzf 2")
    let found = try state([("a", damagedBase.ended() + log.bytes)])
    #expect(found.sure == ["0 a 1", "0 b 1", "0 c 1", "0 lzf 2"] && found.doubtful == [])
    #expect(
      found.unknown.sorted() == ["hash", "intset", "other", "twice", "ziplist", "zipmap", "zset"])
    let untouched = try state([("a", damagedBase.ended() + LogText("SELECT 1", "SET x 1").bytes)])
    #expect(untouched.sure == ["0 a 1", "0 b 1", "0 c 1", "1 x 1"])
    #expect(
      untouched.unknown.sorted() == [
        "hash", "intset", "lzf", "twice", "ziplist", "zipmap", "zset",
      ])
  }

  @Test(
    "a record of the base whose key does not unpack is named by its place, and the others are read")
  func damagedKey() throws {
    var builder = RDBBuilder("REDIS0009")
    builder.selectDB(0)
    builder.string(key: "a", value: "1")
    let place = builder.count
    builder.byte(0)
    builder.lzfString(packed: [0xff, 0xff, 0xff], count: 40)
    builder.string("value")
    builder.string(key: "b", value: "1")
    try withLog([("a", builder.ended() + LogText("SELECT 0", "INCR b").bytes)]) { input in
      var bytes: [UInt8] = []
      let found = LogMoment(salvaging: input, EveryKey()).writeWhole {
        bytes += [UInt8](copying: $0)
      }
      let read = ReadOverlay(bytes: bytes, found.overlay)
      let lines = try read.lines().sorted()
      #expect(lines == ["0 a 1", "0 b 2"])
      #expect(found.overlay.inexact.map(\.reason) == [.unreadableKey])
      #expect(found.overlay.inexact.map(\.position.offset) == [place])
    }
  }

  @Test("without its base, keys are known that commands write wholly, and no others")
  func missingBase() throws {
    let log = LogText(
      "SELECT 0", "SET a 1", "INCR a", "INCR b", "RPUSH l x", "DEL l", "RPUSH l y", "SELECT 1",
      "SADD s m", "FLUSHDB", "SADD s n")
    var bytes: [UInt8] = []
    let found = log.bytes.withRawSpan { span in
      let parts = ByteParts()
      return parts.withPart(span) { part in
        var input = LogInput(parts)
        input.lacksBase = true
        input.appendDamaged("incr", part: part, isBase: false, isBehindLoss: true)
        return LogMoment(salvaging: input, EveryKey()).writeWhole {
          bytes += [UInt8](copying: $0)
        }
      }
    }
    let read = ReadOverlay(bytes: bytes, found.overlay)
    let lines = try read.lines().sorted()
    #expect(lines == ["0 a 2", "0 l y", "1 s {n}"])
    #expect(found.sureCount == 3)
    #expect(found.overlay.inexact.map(\.key) == [Array("b".utf8)])
    #expect(found.overlay.everything?.reason == .missingBase)
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
