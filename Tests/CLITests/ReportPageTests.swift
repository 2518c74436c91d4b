// Reports.md is held against what the commands write: it explains every member, and no other.

import Foundation
import TestSupport
import Testing

@Suite("Reports for programs")
struct ReportPageTests {
  /// A section of the page, and the command lines whose output it explains.
  struct Explained: Sendable, CustomTestStringConvertible {
    let section: String
    let lines: [String]
    var testDescription: String { section }

    init(_ section: String, _ lines: String...) {
      self.section = section
      self.lines = lines
    }
  }

  private static let hurt = "Tests/Fixtures/synthetic/bad_lp_total.rdb"
  private static let cut = "Tests/Fixtures/synthetic/bad_truncated.rdb"
  private static let log = "samples/shop-log"

  static let sections: [Explained] = [
    Explained(
      "info", "info samples/tair.rdb", "info samples/types.rdb samples/shop.rdb",
      "info \(log)", "info \(cut)", "info samples/types.rdb samples/types.rdb.copy"),
    Explained(
      "stats", "stats samples/shop.rdb --what-if redis:8.2 --with-threats", "stats \(cut)",
      "stats samples/shop.rdb samples/types.rdb --mask-keys"),
    Explained(
      "diff", "diff samples/shop.rdb samples/shop-later.rdb --memory",
      "show samples/shop.rdb user:100 --against samples/shop-later.rdb"),
    Explained(
      "preview", "preview samples/shop.rdb --filter-key h*llo,lock:.*",
      "preview samples/old-redis-2.8.rdb", "preview samples/valkey9.rdb samples/shop.rdb",
      "preview samples/shop.rdb --key-regex user:.* --against samples/shop-later.rdb",
      "preview \(cut)", "preview \(log)"),
    Explained(
      "verify", "verify samples/types.rdb", "verify samples/tair.rdb --quick", "verify \(hurt)",
      "verify \(cut)", "verify \(log)", "verify samples/shop.rdb samples/shop-later.rdb"),
    Explained("salvage", "salvage \(cut)", "salvage \(cut) \(hurt)", "salvage \(log)"),
    Explained("threats", "threats samples/intrusion.rdb", "threats samples/shop.rdb \(cut)"),
    Explained("rules", "rules"),
    Explained("map", "map samples/intrusion.rdb", "map samples/shop.rdb samples/types.rdb"),
    Explained(
      "history", "history \(log) --values", "history \(log) --events",
      "history \(log) \(log).copy"),
    Explained(
      "Rows of keys", "keys samples/types.rdb", "keys samples/types.rdb samples/shop.rdb",
      "keys \(log)", "keys samples/types.rdb --columns key,memory,real_memory",
      "show samples/shop.rdb user:1", "export samples/types.rdb --as ndjson",
      "salvage \(cut) --as ndjson"),
    Explained(
      "export --partition",
      "export samples/shop.rdb --partition slots:2 --out-dir OUT; cat OUT/manifest.json"),
    Explained(
      "--report", "info samples/shop.rdb --report OUT/r; cat OUT/r",
      "verify samples/shop.rdb samples/types.rdb --report OUT/r; cat OUT/r"),
  ]

  /// What a command line writes as JSON; of a file that it writes, the file.
  private func output(_ line: String, _ folder: String) throws -> [Any] {
    let isOfFile = line.contains("OUT")
    let words = line.components(separatedBy: " ")
    let format = isOfFile || line.contains("ndjson") ? "" : " --format json"
    let takesNow = !["verify", "map", "rules", "history"].contains(words[0])
    let now = takesNow && words[0] != "show" ? " --now 2026-11-24T12:00:00Z" : ""
    var text = "rdbsift " + line
    if let semicolon = text.firstIndex(of: ";") {
      text = "\(text[..<semicolon])\(now) > OUT/first 2>&1\(text[semicolon...])"
    } else {
      text += format + now
    }
    text = text.replacing("OUT", with: folder)
    for path in ["samples/types.rdb", Self.log] where line.contains(path + ".copy") {
      text = text.replacing(path + ".copy", with: "\(folder)/copy")
      text = "cp -r \(path) \(folder)/copy; " + text
    }
    let run = try BuiltBinary.shell("set -f; \(text)", in: Fixtures.repository)
    let lines = run.output.contains("\n{") && !run.output.hasPrefix("[") ? run.lines : [run.output]
    return try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
  }

  /// The names of all members, at any depth; of values of keys, none.
  private func names(_ value: Any?) -> Set<String> {
    if let object = value as? [String: Any] {
      let inner = object.filter { $0.key != "value" }.values.flatMap { names($0) }
      return Set(object.keys).union(inner)
    }
    return Set((value as? [Any] ?? []).flatMap { names($0) })
  }

  /// The text of a section of the page.
  private func section(_ name: String) throws -> String {
    let page = String(
      decoding: try readFile(Fixtures.repository + "/Documentation/Reports.md"), as: UTF8.self)
    let parts = ("\n" + page).components(separatedBy: "\n## ")
    return try #require(parts.first { $0.hasPrefix(name + "\n") }, "\(name)")
  }

  /// The names in the first column of the tables of a section.
  private func explained(_ section: String) -> Set<String> {
    let cells = section.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
      .compactMap { $0.components(separatedBy: " | ").first }
    return Set(cells.flatMap { $0.matches(of: /`([a-z0-9_]+)`/).map { String($0.1) } })
  }

  @Test("Reports.md explains each member, and none that is not there", arguments: sections)
  func members(explained: Explained) throws {
    try withTemporaryFolder { folder in
      let text = try section(explained.section)
      let shared = try section("Shared members")
      let rows = explained.section == "export --partition" ? "" : try section("Rows of keys")
      var found: Set<String> = []
      for line in explained.lines {
        for report in try output(line, folder) { found.formUnion(names(report)) }
      }
      #expect(!found.isEmpty)
      let isReport = explained.section == "--report"
      for name in found.subtracting(isReport ? try namesOfReports() : []) {
        let isKey = name.hasSuffix("_b64") && text.contains("`\(name.dropLast(4))`")
        let isThere = [text, shared, rows].contains { $0.contains("`\(name)`") }
        #expect(isThere || isKey, "\(name) is not explained")
      }
      let own = self.explained(text).subtracting(self.explained(shared))
      #expect(own.subtracting(found).isEmpty, "\(own.subtracting(found)) are in no report")
    }
  }

  /// The members of the reports inside a report file.
  private func namesOfReports() throws -> Set<String> {
    let text = try section("info") + section("verify")
    return Set(text.matches(of: /`([a-z0-9_]+)`/).map { String($0.1) })
  }

  @Test("the page has a section for every command that writes JSON")
  func commands() throws {
    let help = try BuiltBinary.run(["--help"]).output.components(separatedBy: "SUBCOMMANDS:")
    let commands = help[1].matches(of: /\n  ([a-z]+)[ ,]/).map { String($0.1) }
    #expect(commands.count >= 14)
    let written = Self.sections.flatMap(\.lines).map { $0.components(separatedBy: " ")[0] }
    // A timeline is CSV only, and the lines of split are in Scale.md.
    #expect(Set(commands).subtracting(["timeline", "split"]) == Set(written))
  }

  @Test(
    "a report is the same for any number of threads",
    arguments: [
      "info samples/tair.rdb", "preview samples/shop.rdb --filter-key h*llo,lock:.*",
      "diff samples/shop.rdb samples/shop-later.rdb", "verify \(hurt)",
      "threats samples/intrusion.rdb", "stats samples/types.rdb", "salvage \(cut)",
    ])
  func threads(line: String) throws {
    let now = line.hasPrefix("verify") ? "" : " --now 2026-11-24T12:00:00Z"
    let runs = try ["1", "3"].map { count in
      try BuiltBinary.shell(
        "set -f; rdbsift \(line) --format json\(now) --threads \(count)",
        in: Fixtures.repository)
    }
    #expect(!runs[0].stdout.isEmpty && runs[0].stdout == runs[1].stdout)
  }
}
