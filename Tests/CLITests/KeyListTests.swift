// `keys` sorted, cut to the first, with chosen columns, and as a table in windows of several widths.

import Foundation
import RDB
import TestSupport
import Testing

@testable import RDBSiftCLI

@Suite("Lists of keys")
struct KeyListTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]
  /// The widths of windows whose tables are kept.
  static let windows = [60, 80, 120]

  private func rows(_ arguments: [String]) throws -> [JSONNode] {
    let run = try BuiltBinary.run(["keys"] + arguments + ["--format", "ndjson"] + Self.now)
    #expect(run.status == 0, "\(arguments): \(run.errors)")
    return try run.lines.map { JSONNode(try JSONSerialization.jsonObject(with: Data($0.utf8))) }
  }

  private func value(_ row: JSONNode, _ member: String) -> Int? { row[member].int }

  @Test(
    "a sorted list has the rows of the file, in order",
    arguments: [
      ("bytes", "record_bytes", true), ("size:asc", "record_bytes", false),
      ("expiry", "expire_ms", false), ("ttl:desc", "expire_ms", true),
      ("idle", "idle", true), ("freq:asc", "freq", false),
    ])
  func sorted(sort: String, member: String, isDescending: Bool) throws {
    for file in ["shop.rdb", "types.rdb", "tair.rdb", "valkey9.rdb"] {
      let plain = try rows([file])
      // The sort of the standard library is stable.
      let known = plain.filter { value($0, member) != nil }.sorted {
        let (one, other) = (value($0, member) ?? 0, value($1, member) ?? 0)
        return isDescending ? one > other : one < other
      }
      let expected = (known + plain.filter { value($0, member) == nil }).map { $0["offset"].int }
      let found = try rows([file, "--sort", sort])
      #expect(found.map { $0["offset"].int } == expected)
      let threads = try rows([file, "--sort", sort, "--threads", "1", "--top", "10"])
      #expect(threads.map { $0["offset"].int } == Array(expected.prefix(10)))
    }
  }

  @Test("by key, bytes are compared, and by elements, values without a count are decoded")
  func keysAndElements() throws {
    let names = try rows(["types.rdb", "--sort", "key"]).map { try #require($0.rowKey) }
    #expect(names.count == 85)
    #expect(names == names.sorted { $0.lexicographicallyPrecedes($1) })
    let old = ["old-redis-2.8.rdb", "--sort", "elements"]
    let counts = try rows(old).map { $0["elements"].int }
    #expect(counts.allSatisfy { $0 != nil })
    #expect(counts.compactMap { $0 } == counts.compactMap { $0 }.sorted(by: >))
  }

  @Test("--top alone means bytes; --limit counts before, --top after")
  func top() throws {
    let biggest = try rows(["shop.rdb", "--sort", "bytes", "--top", "3"])
    #expect(
      try rows(["shop.rdb", "--top", "3"]).map { $0["offset"].int }
        == biggest.map { $0["offset"].int })
    let first = try rows(["shop.rdb", "--limit", "5"]).map { $0["offset"].int ?? 0 }
    let limited = try rows(["shop.rdb", "--limit", "5", "--top", "9"])
    #expect(limited.map { $0["offset"].int ?? 0 }.sorted() == first)
    #expect(try BuiltBinary.run(["keys", "shop.rdb", "--top", "0"]).status == 64)
    let none = try BuiltBinary.run(["keys", "shop.rdb", "--top", "5", "--db", "9"])
    #expect(none.status == 1)
  }

  @Test(
    "all columns in the usual order are the list without --columns, byte by byte",
    arguments: ["tsv", "csv", "ndjson", "json"])
  func columns(format: String) throws {
    let all = "db,key,type,encoding,rdb_type,elements,record_bytes,offset,expire_ms,idle,freq,slot"
    for file in ["shop.rdb", "types.rdb", "tair.rdb", "valkey9.rdb", "old-redis-2.8.rdb"] {
      let plain = try BuiltBinary.run(["keys", file, "--format", format])
      let chosen = try BuiltBinary.run(["keys", file, "--format", format, "--columns", all])
      #expect(chosen.stdout == plain.stdout)
    }
    let files = ["keys", "shop.rdb", "types.rdb", "--format", format]
    #expect(
      try BuiltBinary.run(files + ["--columns", "file," + all]).stdout
        == BuiltBinary.run(files).stdout)
  }

  @Test("columns are chosen and ordered, also of a sorted list in each format")
  func chosenColumns() throws {
    func run(_ format: String, _ columns: String) throws -> [String] {
      try BuiltBinary.run(
        [
          "keys", "shop.rdb", "--columns", columns, "--top", "2", "--sort", "key", "--format",
          format,
        ]
      ).lines
    }
    #expect(try run("tsv", "type,key")[0] == "type\tkey")
    #expect(try run("csv", "key,key_b64,bytes")[0] == "key,key_b64,record_bytes")
    #expect(try run("csv", "bytes,key")[0] == "record_bytes,key,key_b64")
    let array = try JSONSerialization.jsonObject(
      with: Data(try run("json", "key,db").joined().utf8))
    #expect(
      (array as? [[String: Any]])?.map { $0.keys.sorted() } == [
        ["db", "key", "key_b64"], ["db", "key", "key_b64"],
      ])
    for (words, hint) in [("key,colour", "columns are file, db, key"), ("key,key", "given twice")] {
      let wrong = try BuiltBinary.run(["keys", "shop.rdb", "--columns", words])
      #expect(wrong.status == 64)
      #expect(wrong.errors.contains(hint))
    }
    let wrong = try BuiltBinary.run(["keys", "shop.rdb", "--sort", "colour"])
    #expect(wrong.errors.contains("--sort takes bytes, memory, elements, expiry, key"))
    #expect(try BuiltBinary.run(["keys", "shop.rdb", "--sort", "key:up"]).status == 64)
  }

  @Test("a damaged file gives its sorted keys up to the damage, and the error")
  func damaged() throws {
    let path = Fixtures.repository + "/Tests/Fixtures/synthetic/bad_truncated.rdb"
    let plain = try BuiltBinary.run(["keys", path])
    let sorted = try BuiltBinary.run(["keys", path, "--sort", "key"])
    #expect(sorted.status == 2 && sorted.errors == plain.errors)
    #expect(sorted.lines.sorted() == plain.lines.sorted())
  }

  // MARK: In a window

  /// What a command writes in a window with a number of columns.
  private func window(_ columns: Int, _ command: String) throws -> [String] {
    let run = try BuiltBinary.onTerminal("stty cols \(columns); NO_COLOR=1 rdbsift \(command)")
    return run.output.replacingOccurrences(of: "\r", with: "").components(separatedBy: "\n")
  }

  @Test(
    "the table fits the window without wrapping",
    .enabled(if: BuiltBinary.hasTerminals), arguments: windows)
  func table(columns: Int) throws {
    let now = Self.now.joined(separator: " ")
    let lines = try window(columns, "keys types.rdb shop.rdb --top 40 \(now)")
    #expect(lines.count > 40)
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns })
    let one = try window(columns, "keys shop.rdb --sort expiry --top 12 \(now)")
    #expect(one.allSatisfy { DisplayWidth.of($0) <= columns })
    try Snapshot.check(one.joined(separator: "\n"), "keys-table-\(columns)")
    for narrow in [10, 24, 33, 47] {
      let lines = try window(narrow, "keys types.rdb \(now)")
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= narrow }, "\(narrow)")
    }
  }

  @Test("chosen columns are all in the table", .enabled(if: BuiltBinary.hasTerminals))
  func chosenTable() throws {
    let lines = try window(60, "keys shop.rdb --columns key,expire_ms,slot,offset,freq --top 3")
    for title in ["key", "expires", "slot", "offset", "freq"] { #expect(lines[0].contains(title)) }
  }

  @Test("an instant is shown from now in its greatest unit")
  func relative() {
    func text(_ seconds: Int64) -> String {
      Formatting.relative(
        .init(1_000_000_000_000 + seconds * 1000), to: .init(1_000_000_000_000))
    }
    #expect(text(0) == "in 0 s" && text(45) == "in 45 s" && text(119) == "in 119 s")
    #expect(text(120) == "in 2 min" && text(3 * 86_400) == "in 3 d" && text(-7200) == "2 h ago")
    #expect(text(2 * 31_557_600) == "in 2 y" && text(86_400) == "in 24 h")
    #expect(Formatting.relative(.init(.max), to: .init(.min)) == "in 9999+ y")
    #expect(Formatting.count(9_999_999, width: 9) == "9,999,999")
    #expect(Formatting.count(123_456_789, width: 9) == "123,456 k")
    #expect(Formatting.count(UInt64.max, width: 9) == "18,446 P")
  }
}
