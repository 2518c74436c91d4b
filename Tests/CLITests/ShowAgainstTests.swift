// What changed inside one value: `show OLD KEY --against NEW`.

import RDB
import TestSupport
import Testing

@testable import RDBSiftCLI

@Suite("Changes inside a value") struct ShowAgainstTests {
  /// The changes between two values, as `show` writes them.
  private func changes(_ old: String, _ new: String, _ shape: ValueShape) -> [String] {
    let (old, new) = (ValueElements(Array(old.utf8), shape), ValueElements(Array(new.utf8), shape))
    return old.changes(to: new).flatMap { change in
      [
        change.old.map { "-" + String(decoding: $0, as: UTF8.self) },
        change.new.map { "+" + String(decoding: $0, as: UTF8.self) },
      ].compactMap { $0 }
    }
  }

  @Test("fields, members and scores are compared by name, whatever their order")
  func unordered() {
    #expect(changes("a\t1\nb\t2\n", "b\t2\na\t1\n", .hash) == [])
    #expect(
      changes("a\t1\nb\t2\nc\t3\n", "c\t4\nd\t5\na\t1\n", .hash) == [
        "-b\t2", "-c\t3", "+c\t4", "+d\t5",
      ])
    #expect(changes("a\t1\t\n", "a\t1\t1999\n", .hash) == ["-a\t1\t", "+a\t1\t1999"])
    #expect(changes("x\ny\n", "y\nz\n", .set) == ["-x", "+z"])
    #expect(changes("1\ta\n-0\tb\n", "0\tb\n2.5\ta\n", .sortedSet) == ["-1\ta", "+2.5\ta"])
  }

  @Test("of a list, what is between the common ends differs")
  func ordered() {
    #expect(changes("a\nb\nc\n", "a\nb\nc\n", .list) == [])
    #expect(changes("a\nb\nc\n", "a\nx\ny\nc\n", .list) == ["-b", "+x", "+y"])
    #expect(changes("a\na\n", "a\n", .list) == ["-a"])
    #expect(changes("", "a\n", .list) == ["+a"])
    #expect(changes("old\n", "new\n", .string) == ["-old", "+new"])
  }

  @Test("of a stream, entries and pending entries count, and counters do not")
  func streams() {
    let old =
      "length\t1\nlast_id\t1-0\nentries_added\t1\nentry\t1-0\ta\t1\ngroup\tg\t0-0\t0\n"
      + "consumer\tc\t5\t6\npending\t1-0\t7\t1\n"
    let new =
      "length\t2\nlast_id\t2-0\nentries_added\t9\nentry\t1-0\ta\t1\nentry\t2-0\tb\t2\n"
      + "group\tg\t0-0\t8\nconsumer\tc\t9\t9\npending\t1-0\t7\t2\n"
    let found = changes(old, new, .stream)
    #expect(found.count == 5)
    #expect(found.prefix(2) == ["-last_id\t1-0", "+last_id\t2-0"])
    #expect(found[2].hasPrefix("-pending\t1-0\t7\t1") && found[3].hasPrefix("+pending\t1-0\t7\t2"))
    #expect(found[4] == "+entry\t2-0\tb\t2")
  }

  @Test("it says what diff says: for every key that differs, and for some that do not")
  func agreement() throws {
    let list = try BuiltBinary.run([
      "diff", "shop.rdb", "shop-later.rdb", "--filter-key", "user:.*,cart:.*", "--list",
    ])
    let rows = list.lines.dropFirst().map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    #expect(rows.count == 12)
    for row in rows {
      let (database, key) = (String(row[0]), String(row[1]))
      let run = try BuiltBinary.run([
        "show", "shop.rdb", key, "--db", database, "--against", "shop-later.rdb",
      ])
      #expect(run.status == 1, "\(key): \(run.errors)")
      let lines = run.lines.filter { $0.hasPrefix("+\t") || $0.hasPrefix("-\t") }
      switch row.last {
      case "added": #expect(lines.allSatisfy { $0.hasPrefix("+") } && !lines.isEmpty)
      case "removed": #expect(lines.allSatisfy { $0.hasPrefix("-") } && !lines.isEmpty)
      case "changed": #expect(!lines.isEmpty)
      default: #expect(lines.isEmpty && run.output.contains(" → "))
      }
    }
    for key in ["cart:200", "cart:350"] {
      let run = try BuiltBinary.run(["show", "shop.rdb", key, "--against", "shop-later.rdb"])
      #expect(run.status == 0 && run.output.contains("none in the value"))
    }
    let none = try BuiltBinary.run([
      "show", "shop.rdb", "no such key", "--against", "shop-later.rdb",
    ])
    #expect(none.status == 1 && none.errors.contains("in either backup"))
    let raw = ["show", "shop.rdb", "user:1", "--against", "shop-later.rdb", "--format", "raw"]
    #expect(try BuiltBinary.run(raw).status == 64)
  }

  @Test("two moments of a log differ as the files that are exported from them")
  func moments() throws {
    try withTemporaryFolder { folder in
      let (first, second) = ("2026-11-24T15:00:00Z", "2026-11-24T15:02:09Z")
      for (name, time) in [("a", first), ("b", second)] {
        let run = try BuiltBinary.run([
          "export", "shop-log", "--restore-time", time, "--now", time, "--as", "rdb", "-o",
          "\(folder)/\(name).rdb",
        ])
        #expect(run.status == 0, "\(run.errors)")
      }
      func rows(_ arguments: [String]) throws -> [String] {
        let run = try BuiltBinary.run(["diff", "--list"] + arguments)
        #expect(run.status == 1, "\(run.errors)")
        return run.lines.map { line in
          let row = line.split(separator: "\t", omittingEmptySubsequences: false)
          return "\(row[0]) \(row[1]) \(row.last ?? "")"
        }.sorted()
      }
      let files = try rows([folder + "/a.rdb", folder + "/b.rdb"])
      #expect(files.count > 2)
      #expect(try rows(["shop-log", "--old-time", first, "--new-time", second]) == files)
      #expect(try rows([folder + "/a.rdb", "shop-log", "--new-time", second]) == files)
      #expect(
        try BuiltBinary.run(["diff", "-q", "shop-log", folder + "/b.rdb", "--old-time", second])
          .status == 0)
      #expect(
        try BuiltBinary.run(["diff", "shop.rdb", "shop-log", "--old-time", first]).status == 64)
      #expect(try BuiltBinary.run(["diff", "shop-log"]).status == 64)
    }
  }

  @Test("as JSON, a line per database tells what changed")
  func json() throws {
    let keys = [
      "user:100": "changed", "cart:870": "expiry", "user:3001": "added", "user:2": "removed",
    ]
    for (key, change) in keys {
      let line = ["shop.rdb", key, "--against", "shop-later.rdb"]
      let run = try BuiltBinary.run(["show"] + line + ["--format", "json"])
      let text = try BuiltBinary.run(["show"] + line)
      #expect(run.status == 1 && run.lines.count >= 1, "\(run.errors)")
      #expect(run.lines.contains { $0.contains("\"change\":\"\(change)\"") }, "\(run.output)")
      let lines = text.lines.filter { $0.hasPrefix("-\t") || $0.hasPrefix("+\t") }
      let pairs = run.output.matches(of: /"(old|new)":"/).count
      #expect(pairs == lines.count)
    }
    let same = try BuiltBinary.run([
      "show", "shop.rdb", "cart:1001", "--against", "shop.rdb", "--format", "json",
    ])
    #expect(same.status <= 1)
  }
}
