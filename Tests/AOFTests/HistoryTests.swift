import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("History of a log")
struct HistoryTests {
  @Test("every change of a selected key is told, in order, and what did not happen is not")
  func changes() throws {
    let text = LogText(
      "#TS:10", "SET a 1", "SET b 1", "INCR b", "#TS:11", "RENAME a c", "SADD b x", "MULTI",
      "SET a 9")
    try withLog(text) { input in
      var lines: [String] = []
      try input.history(.end, NamedKeys("a", "b")) { change in
        let state = change.isPresent.map { $0 ? "there" : "gone" } ?? "?"
        let key = String(decoding: change.key, as: UTF8.self)
        lines.append("\(change.second ?? 0) \(change.command) \(key) \(state)")
      }
      #expect(lines == ["10 SET a there", "10 SET b there", "10 INCR b there", "11 RENAME a gone"])
    }
  }

  @Test("a flush is a change of every selected key that it removes, also of those of the base")
  func flushedKeys() throws {
    var base = RDBBuilder("REDIS0010")
    base.selectDB(0)
    base.string(key: "a", value: "x")
    base.string(key: "b", value: "x")
    base.selectDB(2)
    base.string(key: "a", value: "x")
    let log = LogText("SET b y", "SET c 1", "FLUSHDB", "FLUSHALL", "SET a 2")
    try withLog([("b", base.ended()), ("i", log.bytes)], isDirectory: true) { input in
      var lines: [String] = []
      try input.history(.end, NamedKeys("a", "b"), takesValues: true) { change in
        let key = String(decoding: change.key, as: UTF8.self)
        let size = change.value.map { " \($0.bytes.count)" } ?? ""
        lines.append("\(change.command) \(change.database) \(key)\(size)")
      }
      #expect(
        lines == ["SET 0 b 2", "FLUSHDB 0 b", "FLUSHDB 0 a", "FLUSHALL 2 a", "SET 0 a 2"])
    }
  }

  @Test("flushes and swaps are told with what they removed and the last second before them")
  func flushes() throws {
    var base = RDBBuilder("REDIS0010")
    base.aux("ctime", "90")
    base.selectDB(0)
    base.string(key: "old:1", value: "x")
    base.string(key: "old:2", value: "x")
    base.selectDB(3)
    base.string(key: "mail", value: "m")
    let log = LogText(
      "#TS:100", "SET old:1 y", "SET new 1", "#TS:130", "SET last 1", "FLUSHALL", "SET again 1",
      "#TS:150", "SELECT 3", "FLUSHDB", "SWAPDB 0 3")
    try withLog([("b", base.ended()), ("i", log.bytes)], isDirectory: true) { input in
      let events = try input.events()
      #expect(events.map(\.kind) == [.flushAll, .flushDB(3), .swapDB(0, 3)])
      #expect(events[0].keys == [0: 4, 3: 1])
      #expect(events[0].from == 130)
      #expect(events[0].lastGoodSecond == 100)
      #expect(events[0].commandsBefore == 1)
      #expect(events[1].keys == [:])
      #expect(events[1].lastGoodSecond == 130)
      let cut = try LogMoment(input, .place(events[0].position), EveryKey())
      #expect(
        try ReadOverlay(cut).lines().sorted() == ["0 last 1", "0 new 1", "0 old:1 y"])
    }
  }

  @Test("a burst of deletions is one event, told apart from expiries, and counts keys")
  func bursts() throws {
    var log = LogText("#TS:100")
    for index in 0..<60 { log.append("SET sess:\(index) x") }
    for index in 0..<30 { log.append("SET code:\(index) x PXAT 105000") }
    log.append("#TS:105")
    for index in 0..<30 { log.append("DEL code:\(index)") }
    log.append("#TS:120")
    log.append("DEL " + (0..<50).map { "sess:\($0)" }.joined(separator: " "))
    log.append("#TS:121")
    for index in 50..<60 { log.append("UNLINK sess:\(index)") }
    log.append("#TS:130")
    for index in 0..<25 { log.append("HSET h:\(index) f v") }
    log.append("#TS:140")
    for index in 0..<25 { log.append("SET h:\(index) v") }
    try withLog(log) { input in
      let events = try input.events()
      #expect(events.map(\.kind) == [.expiries, .deletions, .overwrites])
      #expect(events[1].keys == [0: 60])
      #expect(events[1].from == 120)
      #expect(events[1].to == 121)
      #expect(events[1].commonPrefix == Array("sess:".utf8))
      #expect(events[1].lastGoodSecond == 105)
      #expect(events[2].keys == [0: 25])
    }
  }
}
