import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Where a log ends")
struct CutTests {
  @Test("stamps in milliseconds, as other tools write them, are seconds")
  func milliseconds() throws {
    let log = LogText(
      "#TS:1700000001500", "SET a 1", "#TS:1700000002", "SET a 2", "#TS:1700000003999", "SET a 3")
    #expect(try state(of: log, .second(1_700_000_001)) == ["0 a 1"])
    #expect(try state(of: log, .second(1_700_000_002)) == ["0 a 2"])
    try withLog(log) { input in
      let coverage = LogCoverage(of: input)
      #expect(coverage.firstStamp == 1_700_000_001 && coverage.lastStamp == 1_700_000_003)
    }
  }

  private let log = LogText(
    "#TS:100", "SET a 1", "#TS:102", "SET a 2", "MULTI", "SET b 1", "#TS:103", "SET c 1", "EXEC",
    "SET a 3")

  private func refusal(
    _ files: [(String, [UInt8])], _ cut: LogCut, missing: [String] = [], isDirectory: Bool = false
  ) throws -> LogCutError? {
    try withLog(files.map { (name: $0.0, bytes: $0.1) }, isDirectory: isDirectory) { given in
      var input = given
      input.missing = missing
      do throws(LogCutError) {
        _ = try LogMoment(input, cut, EveryKey())
        return nil
      } catch {
        return error
      }
    }
  }

  @Test("a second counts whole, and a transaction whose EXEC is behind it does not count")
  func seconds() throws {
    #expect(try state(of: log, .second(100)) == ["0 a 1"])
    #expect(try state(of: log, .second(101)) == ["0 a 1"])
    #expect(try state(of: log, .second(102)) == ["0 a 2"])
    #expect(try state(of: log, .second(103)) == ["0 a 3", "0 b 1", "0 c 1"])
    #expect(try state(of: log) == ["0 a 3", "0 b 1", "0 c 1"])
  }

  @Test("seconds that the log does not cover are refused, with the bounds")
  func bounds() throws {
    let files = [("a.aof", log.bytes)]
    #expect(try refusal(files, .second(99)) == .tooEarly(first: 100))
    #expect(try refusal(files, .second(104)) == .tooLate(last: 103))
    #expect(try refusal([("a", LogText("SET a 1").bytes)], .second(5)) == .noStamps)
    #expect(
      try refusal(files, .second(103), missing: ["b"]) == .missingFile(name: "b", last: 103))
    #expect(try refusal(files, .second(102), missing: ["b"]) == nil)
  }

  @Test("when stamps run backwards, the highest so far counts")
  func backwards() throws {
    let log = LogText("#TS:200", "SET a 1", "#TS:150", "SET a 2", "#TS:201", "SET a 3")
    #expect(try state(of: log, .second(200)) == ["0 a 2"])
  }

  @Test("a log is cut at a place, or behind a number of commands")
  func places() throws {
    let offset = LogText("#TS:100", "SET a 1", "#TS:102").bytes.count
    #expect(
      try state(of: log, .place(LogPosition(file: 0, offset: offset))) == ["0 a 1"])
    #expect(try state(of: log, .commands(2)) == ["0 a 2"])
    #expect(try state(of: log, .commands(4)) == ["0 a 2"])
    #expect(try refusal([("a", log.bytes)], .commands(100)) == .beyondEnd)
    let beyond = LogPosition(file: 1, offset: 5)
    #expect(try refusal([("a", log.bytes)], .place(beyond)) == .beyondEnd)
  }

  @Test("the cut tail of the last file is told, and of any other it is damage")
  func tails() throws {
    let cut = Array(log.bytes.dropLast(3))
    try withLog([("a", cut)]) { input in
      let moment = try LogMoment(input, .end, EveryKey())
      #expect(moment.end.tail?.error.reason == .truncated)
      #expect(try ReadOverlay(moment).lines().sorted() == ["0 a 2", "0 b 1", "0 c 1"])
    }
    let files = [("a", cut), ("b", LogText("#TS:110", "SET a 9").bytes)]
    guard case .damaged(let damage) = try refusal(files, .end) else {
      Issue.record("a cut tail in the middle was let pass")
      return
    }
    #expect(damage.file == 0)
    #expect(damage.error.reason == .truncated)
  }

  @Test("damage behind the cut does not matter, before it it does")
  func damage() throws {
    let bytes = log.bytes + [0, 0, 0]
    #expect(try refusal([("a", bytes)], .second(102)) == nil)
    guard case .damaged = try refusal([("a", bytes)], .second(103)) else {
      Issue.record("damage was let pass")
      return
    }
  }

  @Test("every file begins in database 0, and a transaction ends with its file")
  func files() throws {
    let first = LogText("#TS:1", "SELECT 3", "SET a 1", "MULTI", "SET b 1").bytes
    let second = LogText("#TS:2", "SET c 1").bytes
    try withLog([("a", first), ("b", second)]) { input in
      let moment = try LogMoment(input, .end, EveryKey())
      #expect(try ReadOverlay(moment).lines().sorted() == ["0 c 1", "3 a 1"])
      #expect(moment.end.droppedTransactions.count == 1)
    }
  }

  @Test("commands without a stamp are those of a rewrite's own second, or of no known one")
  func unstamped() throws {
    let commands = LogText("SET a 1", "#TS:5000", "SET a 2").bytes
    func base(_ created: Int) -> [UInt8] {
      var builder = RDBBuilder("REDIS0010")
      builder.aux("ctime", String(created))
      return builder.ended()
    }
    let near = [("b", base(4998)), ("i", commands)]
    #expect(try refusal(near, .second(4998), isDirectory: true) == nil)
    #expect(try refusal(near, .second(4997), isDirectory: true) == .tooEarly(first: 4998))
    let far = [("b", base(1000)), ("i", commands)]
    #expect(try refusal(far, .second(2000), isDirectory: true) == .unstamped(first: 5000))
    #expect(try refusal(far, .second(4999), isDirectory: true) == nil)
    let hybrid = [("b", base(4998) + LogText("SET t 1").bytes), ("i", commands)]
    #expect(try refusal(hybrid, .second(4999), isDirectory: true) == .unstamped(first: 5000))
  }

  @Test("a base without bytes is damage")
  func emptyBase() {
    #expect(throws: LogInputError.emptyBase(name: "b")) {
      try withLog([("b", []), ("i", LogText("SET a 1").bytes)], isDirectory: true) { _ in }
    }
  }

  @Test("coverage tells seconds, commands, databases and gaps")
  func coverage() throws {
    let text = LogText("SET a 1", "#TS:10", "select 2", "SET b 1", "#TS:90", "MULTI", "DEL a")
    try withLog(text) { input in
      let coverage = LogCoverage(of: input)
      #expect(coverage.firstStamp == 10)
      #expect(coverage.lastStamp == 90)
      #expect(coverage.unstamped == 1)
      #expect(coverage.commands == ["SET": 2, "SELECT": 1, "MULTI": 1, "DEL": 1])
      #expect(coverage.databases == [2])
      #expect(coverage.gaps.map(\.to) == [90])
      #expect(coverage.files[0].openTransaction != nil)
      #expect(coverage.damage == nil)
    }
  }
}
