// What is printed to be read or pasted: next steps, many findings, files of several days, control bytes.

import Foundation
import TestSupport
import Testing

@testable import RDBSiftCLI

@Suite("Screens")
struct ScreenTests {
  private static let cut = Fixtures.repository + "/Tests/Fixtures/synthetic/bad_truncated.rdb"

  @Test(
    "damage names salvage as the next step",
    arguments: ["info", "keys", "preview", "export", "verify", "threats", "timeline"])
  func nextStep(command: String) throws {
    let run = try BuiltBinary.run([command, Self.cut])
    #expect(
      (run.output + run.errors).contains(
        "to recover records after the damage: rdbsift salvage \(Self.cut)"), "\(run.errors)")
  }

  @Test("a name in a command line to paste is one word for a shell, and no option")
  func pasted() throws {
    for name in [
      "$(touch x)", "a'b", "a\nb", "-x", "`id`", "a b", "\u{202e}a", "\"$HOME\"", "é;ls",
    ] {
      try withTemporaryFolder { folder in
        try write(try readFile(Self.cut), to: folder + "/" + name)
        let path = name.hasPrefix("-") ? "./" + name : name
        let run = try BuiltBinary.run(["keys", path], in: folder)
        let line = try #require(
          run.errors.components(separatedBy: "\n").last { $0.hasPrefix("to recover") })
        #expect(!line.utf8.contains { $0 < 0x20 || $0 == 0x7f })
        let command = line.components(separatedBy: "damage: ").dropFirst().joined()
        let pasted = try BuiltBinary.shell(command, in: folder)
        #expect(pasted.status == 1, "\(command): \(pasted.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
      }
    }
    #expect(ShellWord.path("-x") == "./-x" && ShellWord.path("dump.rdb") == "dump.rdb")
    #expect(ShellWord.quoted([0xff, 0x0a]) == #"$'\xff\x0a'"# && ShellWord.quoted([]) == "''")
  }

  @Test("many findings of one rule are one line, unless all are asked for")
  func manyFindings() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder()
      for _ in 0..<100 {
        file.string(key: "twice", value: "v")
      }
      file.end()
      try write(file.bytes, to: folder + "/d.rdb")
      let run = try BuiltBinary.run(["verify", "d.rdb"], in: folder)
      #expect(run.lines.filter { $0.hasPrefix("error") }.count == 1)
      #expect(run.output.contains("(the first of 99 findings of this rule; --all lists them)"))
      let all = try BuiltBinary.run(["verify", "d.rdb", "--all"], in: folder)
      #expect(all.lines.filter { $0.hasPrefix("error") }.count == 99)
    }
  }

  @Test("a hundred thousand findings of one rule are one line and hide no other")
  func floodOfFindings() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder()
      for index in 0..<100_000 { file.record(20, key: "k\(index)", value: [3, 1, 2, 3]) }
      file.record(11, key: "last", value: [3, 1, 2, 3])
      try write(file.ended(), to: folder + "/d.rdb")
      let run = try BuiltBinary.run(["verify", "d.rdb"], in: folder)
      let found = run.lines.filter { $0.hasPrefix("error") }
      #expect(found.count == 2, "\(found)")
      #expect(run.output.contains("(the first of 100,000 findings of this rule; --all lists them)"))
      #expect(found.last?.contains("last") == true)
      let json = try BuiltBinary.run(["verify", "d.rdb", "--format", "json"], in: folder)
      let report = JSONNode(try JSONSerialization.jsonObject(with: Data(json.stdout)))
      #expect(report["finding_count"].int == 100_001)
      #expect(report["by_rule"].elements.map { $0["finding_count"].int } == [100_000, 1])
      #expect(report["findings"].elements.count == 1001)
      let all = try BuiltBinary.run(["verify", "d.rdb", "--all"], in: folder)
      #expect(all.lines.filter { $0.hasPrefix("error") }.count == 100_001)
    }
  }

  @Test("backups of different days are not one backup, and --each takes them one by one")
  func days() throws {
    try withTemporaryFolder { folder in
      for name in ["shop.rdb", "shop-later.rdb"] {
        try write(try readFile(BuiltBinary.samples + "/" + name), to: folder + "/" + name)
      }
      let run = try BuiltBinary.run(["verify", "."], in: folder)
      #expect(run.status == 1)
      #expect(run.errors.contains("use --each"))
      let each = try BuiltBinary.run(["verify", ".", "--each"], in: folder)
      #expect(each.status == 0 && each.errors.isEmpty)
      #expect(each.output.contains("2 files: all sound"))
    }
  }

  /// Command lines that write rows about a file with hostile keys, `FORMAT` in place of the format.
  private static let rows = [
    "rdbsift keys bad.rdb --format FORMAT", "rdbsift preview bad.rdb --list --list-format FORMAT",
    "rdbsift diff bad.rdb none.rdb --list --list-format FORMAT",
    "rdbsift history log --format FORMAT", "rdbsift history log --format FORMAT --values",
  ]

  /// Lends a folder with a file and a log whose keys are formulas and control characters.
  private func withHostileKeys(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let keys = ["=1+1", "+a", "@b", "-c", "\u{1b}[2Jx", "\u{9b}31m", "a\rb", "\u{7f}"]
      var file = RDBBuilder()
      for key in keys { file.string(key: key, value: "v\u{1b}c") }
      // Not UTF-8; the base64 of the second begins with a plus sign.
      for key: [UInt8] in [[0xff, 0x1b], [0xf8, 0x00]] {
        file.byte(0)
        file.string(key)
        file.string("v")
      }
      file.end()
      try write(file.bytes, to: folder + "/bad.rdb")
      var empty = RDBBuilder()
      empty.end()
      try write(empty.bytes, to: folder + "/none.rdb")
      let commands = keys.flatMap { WrittenLog.bytes("SET \($0) v\u{9b}") }
      try WrittenLog.make(
        folder + "/log", commands: WrittenLog.bytes("#TS:100", "SELECT 0") + commands)
      try body(folder)
    }
  }

  @Test(
    "control characters never reach a terminal", .enabled(if: BuiltBinary.hasTerminals),
    arguments: ["csv", "tsv", "ndjson", "json"])
  func controls(format: String) throws {
    try withHostileKeys { folder in
      var lines = Self.rows.map { $0.replacing("FORMAT", with: format) }
      if format == "csv" { lines.append("rdbsift keys bad.rdb --format rdbtools") }
      if format == "tsv" {
        lines += ["rdbsift keys bad.rdb --format keylist", "rdbsift threats bad.rdb --format tsv"]
      }
      for line in lines {
        let run = try BuiltBinary.onTerminal(line, in: folder)
        #expect(run.stdout.count > 20, "\(line)")
        let bad = run.output.unicodeScalars.filter {
          $0.properties.generalCategory == .control && !["\n", "\r", "\t"].contains($0)
        }
        #expect(bad.isEmpty, "\(line): \(bad.map { String($0.value, radix: 16) })")
      }
    }
  }

  @Test("--csv-safe keeps a spreadsheet from running keys", arguments: ["csv", "tsv"])
  func formulas(format: String) throws {
    try withHostileKeys { folder in
      let separator: Character = format == "csv" ? "," : "\t"
      func formulas(_ line: String) throws -> [Substring] {
        let run = try BuiltBinary.shell(line, in: folder)
        #expect(run.lines.count > 8, "\(line): \(run.errors)")
        return run.lines.dropFirst().flatMap { $0.split(separator: separator) }
          .filter { field in
            "=+@".contains(field.first ?? "x")
              || field.first == "-" && field.contains { $0 != "-" && !$0.isNumber }
          }
      }
      for line in Self.rows.map({ $0.replacing("FORMAT", with: format) }) {
        #expect(try !formulas(line).isEmpty, "\(line)")
        #expect(try formulas(line + " --csv-safe").isEmpty, "\(line)")
      }
      let run = try BuiltBinary.shell(
        "rdbsift keys bad.rdb --format rdbtools --csv-safe", in: folder)
      #expect(run.output.contains(",'=1+1,"))
      for line in Self.rows.map({ $0.replacing("FORMAT", with: "json") }) {
        #expect(try BuiltBinary.shell(line + " --csv-safe", in: folder).status == 64)
      }
    }
  }

  @Test("a key list is read back whole: empty, binary and broken keys")
  func keyList() throws {
    try withTemporaryFolder { folder in
      for sample in ["types.rdb", "shop.rdb", "tair.rdb"] {
        let path = BuiltBinary.samples + "/" + sample
        let list = try BuiltBinary.run(["keys", path, "--format", "keylist"])
        try write(list.stdout, to: folder + "/k")
        let plain = try BuiltBinary.run(["keys", path])
        #expect(
          try BuiltBinary.run(["keys", path, "--keys-file", folder + "/k"]).stdout == plain.stdout)
      }
      try write(Array("# rdbsift keylist\n\n".utf8), to: folder + "/k")
      let empty = try BuiltBinary.run(
        [
          "keys", BuiltBinary.samples + "/types.rdb", "--keys-file", folder + "/k", "--columns",
          "key",
        ])
      #expect(empty.lines == ["key", ""])
      try write(Array("# rdbsift keylist\na\\q\n".utf8), to: folder + "/k")
      let broken = try BuiltBinary.run(["keys", "shop.rdb", "--keys-file", folder + "/k"])
      #expect(broken.status == 64 && broken.errors.contains("line 2 has a backslash"))
    }
  }

  @Test("threats --fail-on counts findings of a severity for the status")
  func failOn() throws {
    let severe = try BuiltBinary.run(["threats", "intrusion.rdb", "--fail-on", "critical"])
    #expect(severe.status == 1)
    let low = ["threats", "shop.rdb", "--key-regex", "user:.*", "--fail-on"]
    #expect(try BuiltBinary.run(low + ["critical"]).status == 0)
    #expect(try BuiltBinary.run(low + ["severe"]).status == 64)
    let mild = ["threats", "intrusion.rdb", "--only", "email-address"]
    let found = try BuiltBinary.run(mild)
    if found.status == 1 { #expect(try BuiltBinary.run(mild + ["--fail-on", "high"]).status == 0) }
  }

  @Test("the report on a file that cannot be read to its end is written with --output, too")
  func reportOfDamage() throws {
    try withTemporaryFolder { folder in
      let info = ["info", Self.cut, "--now", "2026-11-24T12:00:00Z"]
      let run = try BuiltBinary.run(info + ["-o", "report"], in: folder)
      #expect(run.status == 2)
      #expect(try readFile(folder + "/report") == BuiltBinary.run(info).stdout)
      let rows = try BuiltBinary.run(["keys", Self.cut, "-o", "rows"], in: folder)
      #expect(rows.status == 2)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["report"])
    }
  }

  @Test(
    "case is ignored in every kind of pattern", arguments: ["full", "search", "glob", "literal"])
  func ignoreCase(mode: String) throws {
    let patterns = [
      "full": "user:[12]", "search": "^user:[12]$", "glob": "user:[12]", "literal": "user:1",
    ]
    let pattern = try #require(patterns[mode])
    let plain = try BuiltBinary.run(["keys", "shop.rdb", "--key-regex", pattern, "--match", mode])
    #expect(plain.lines.count > 2)
    let upper = ["keys", "shop.rdb", "--key-regex", pattern.uppercased(), "--match", mode]
    #expect(try BuiltBinary.run(upper).status == 1)
    #expect(try BuiltBinary.run(upper + ["--ignore-case"]).stdout == plain.stdout)
    let without = try BuiltBinary.run(["keys", "shop.rdb", "--exclude", pattern, "--match", mode])
    #expect(
      try BuiltBinary.run(
        ["keys", "shop.rdb", "--exclude", pattern.uppercased(), "--match", mode, "--ignore-case"]
      ).stdout == without.stdout)
  }
}
