import Export
import RDB
import TestSupport
import Testing

@testable import RDBSiftCLI

@Suite("Reports as data")
struct ReportModelTests {
  private let plain = TerminalRenderer(.plain)

  private func json(_ value: Value, sorted: Bool = false) -> String {
    var output = OutputBuffer(capacity: 64)
    JSONRenderer(sortsMembers: sorted).append(value, to: &output)
    return output.withBytes { String(decoding: [UInt8](copying: $0), as: UTF8.self) }
  }

  private func text(_ facts: Fields, _ sections: [Section] = []) -> String {
    plain.text(Report(command: "info", facts: facts, sections: sections))
  }

  @Test("a field has a name for programs and a title for people, or only one of them")
  func audiences() {
    let facts: Fields = [
      "size": .bytes(1536).shown, "restore_time_ms": .instant(UnixMilliseconds(0)).shown,
      "dialect": .text("redis"), "such as": .textOnly(.text("a, b")),
      "server_memory": .bytes(2048).shown("memory", as: .text("some")),
      "hidden": .count(1).shown(if: false), "unknown": .instant(nil).shown,
    ]
    #expect(
      text(facts) == """
        size          1.5 KiB
        restore time  1970-01-01 00:00:00Z
        such as       a, b
        memory        some

        """)
    #expect(
      json(.object(facts)) == """
        {
          "size": 1536,
          "restore_time_ms": 0,
          "dialect": "redis",
          "server_memory": 2048,
          "hidden": 1,
          "unknown": null
        }

        """)
  }

  @Test(
    "each kind of value has one form for people and one for programs",
    arguments: [
      (.null, "", "null"), (.flag(true), "yes", "true"), (.number(1234), "1234", "1234"),
      (.count(1234), "1,234", "1234"), (.elements(7, uncounted: 1), "≥ 7", "7"),
      (.elements(0, uncounted: 2), "?", "0"), (.bytes(-1536), "-1.5 KiB", "-1536"),
      (.instant(UnixMilliseconds(1)), "1970-01-01 00:00:00.001Z", "1"),
      (.hex(0xab), "00000000000000ab", #""00000000000000ab""#),
      (.share(0.99999), "99.99 %", "0.99999"), (.bar(1, of: 1000, columns: 30), "#", "null"),
      (.bar(1000, of: 1000, columns: 5), "#####", "null"), (.text("a"), "a", #""a""#),
      (.key([0x1b, 0x61]), #""\x1Ba""#, #""\u001ba""#),
      (.key([0xff]), #""\xFF""#, #"{"b64":"/w=="}"#), (.key(nil), "", "null"),
      (.foreign("a\u{1b}"), #""a\x1B""#, #""a\u001b""#),
      (.list([]), "", "[]"), (.list([.count(1), .text("b")]), "1, b", "[\n  1,\n  \"b\"\n]"),
      ([:], "", "{}"),
    ] as [(Value, String, String)])
  func values(value: Value, shown: String, data: String) {
    #expect(plain.text(value) == shown)
    #expect(json(value) == data + "\n")
  }

  @Test("bytes are two members, of which one is null")
  func bytes() {
    let facts: Fields = [
      "a": .key([0x61]), "b": .key([0xff]).shown, "c": .key(nil), "d": .foreign("d"),
    ]
    #expect(
      json(.object(facts)).filter { !$0.isWhitespace }
        == #"{"a":"a","a_b64":null,"b":null,"b_b64":"/w==","c":null,"c_b64":null,"d":"d"}"#)
    #expect(text(facts) == #"b  "\xFF""# + "\n")
  }

  @Test("members can be in the order of their names, at every depth")
  func sortedMembers() {
    let value: Value = ["b": .count(1), "a": ["d": .null, "c": .null]]
    #expect(
      json(value, sorted: true).filter { !$0.isWhitespace } == #"{"a":{"c":null,"d":null},"b":1}"#)
  }

  @Test("a table has the titles of its first row, numbers at the right, nothing without rows")
  func tables() {
    let rows: [Fields] = [
      ["db": .number(0), "type": .text("zset").shown, "keys": .count(7).shown],
      ["db": .number(1), "type": .text("s").shown, "keys": .count(1234).shown],
    ]
    #expect(
      text([:], [.table([]), .table(rows, more: "… 3 more")]) == """
        type   keys
        zset      7
        s     1,234
        … 3 more

        """)
  }

  @Test("a grid has a row for each field that has a title, and the columns that are asked for")
  func grids() {
    let rows: Fields = [
      "restored": .object(["keys": .count(3).shown, "db": .number(1).shown]).shown,
      "hidden": ["keys": .count(9).shown],
      "lost": .object(["bytes": .bytes(5).shown, "keys": .count(2).shown]).shown,
    ]
    #expect(
      text([:], [.grid("outcome", rows.list, columns: ["keys", "bytes"])]) == """
        outcome   keys  bytes
        restored     3
        lost         2    5 B

        """)
  }

  @Test("sections are separated by an empty line, but lines that follow lines are not")
  func sections() {
    let detail = Section.detail("high", .red, "a.rule: words", ["in": .textOnly(.text("here"))])
    #expect(
      text(
        ["keys": .count(1).shown],
        [.lines([]), .lines(["a"]), .lines(["b"]), detail, .facts("head", ["n": .count(2).shown])])
          == """
          keys  1

          a
          b

          high a.rule: words
            in  here

          head
          n     2

          """)
  }

  @Test("reports of several files stand below each other, and are one array for a program")
  func files() {
    let files = ["a", "b"].map {
      Report(command: "map", heading: $0, facts: ["keys": .count(1).shown])
    }
    let report = Report("map", files: files, [.files(files)])
    #expect(plain.text(report) == "a\nkeys  1\n\nb\nkeys  1\n")
    #expect(
      json(.object(report.facts)).filter { !$0.isWhitespace }
        == #"{"files":[{"keys":1},{"keys":1}]}"#)
  }

  @Test("a row of tab-separated values is exact: no commas, no units, escaped bytes")
  func tabSeparated() {
    var output = OutputBuffer(capacity: 64)
    TSVRenderer().append(
      [.count(1234), .bytes(2048), .key([0x09]), .null, .flag(true), .text("a b")], to: &output)
    let text = output.withBytes { String(decoding: [UInt8](copying: $0), as: UTF8.self) }
    #expect(text == "1234\t2048\t\\t\t\tyes\ta b\n")
  }

  @Test("a terminal gets its titles in bold, marks in colour, and keys cut to the window")
  func terminal() {
    let stream = Console.Stream(isTerminal: true, width: 20) { _ in nil }
    let rows: [Fields] = [
      ["key": .key(Array(repeating: 0x61, count: 40)).shown, "n": .count(1).shown]
    ]
    let report = Report(
      command: "info", facts: [:],
      sections: [.table(rows), .detail("low", .yellow, "x", [:])])
    #expect(
      TerminalRenderer(stream).text(report) == """
        \u{1b}[1mkey                n\u{1b}[0m
        aaaaaaaaaaaaaaaa…  1

        \u{1b}[33mlow\u{1b}[0m x

        """)
  }
}
