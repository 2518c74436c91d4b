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

  @Test("control characters never reach a terminal", .enabled(if: BuiltBinary.hasTerminals))
  func controls() throws {
    for format in ["csv", "tsv", "ndjson", "json", "keylist"] {
      let run = try BuiltBinary.onTerminal("rdbsift keys types.rdb --db 1 --format \(format)")
      #expect(
        !run.stdout.contains { ($0 < 0x20 && ![9, 10, 13].contains($0)) || $0 == 127 }, "\(format)")
    }
  }

  @Test("--csv-safe keeps a spreadsheet from running keys")
  func formulas() throws {
    let run = try BuiltBinary.run(
      ["keys", "types.rdb", "--db", "1", "--format", "csv", "--csv-safe", "--columns", "key"])
    #expect(run.lines.contains("'=1+1,"))
    #expect(
      try !BuiltBinary.run(["keys", "types.rdb", "--db", "1", "--format", "csv"]).output.contains(
        "'=1+1"))
    #expect(try BuiltBinary.run(["keys", "types.rdb", "--csv-safe"]).status == 64)
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
