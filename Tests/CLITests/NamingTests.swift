// New names, as their users meet them.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("New names for keys")
struct ExportNamingTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]

  /// Keys that an export of a sample writes, with their database, by format.
  private func names(_ format: String, _ arguments: [String]) throws -> [String] {
    let run = try BuiltBinary.run(["export", "shop.rdb", "--as", format] + arguments + Self.now)
    #expect(run.status == 0, "\(run.errors)")
    switch format {
    case "rdb":
      return try ScannedFile(scanning: run.stdout).records.map { record in
        let key = try run.stdout.withRawSpan { (span) throws in try record.keyBytes(in: span) }
        return "\(record.database) " + String(decoding: key, as: UTF8.self)
      }
    case "ndjson":
      return try run.lines.map {
        let row = try JSONNode(JSONSerialization.jsonObject(with: Data($0.utf8)))
        return "\(row["db"].int ?? -1) \(row["key"].text ?? "?")"
      }
    default:
      var (database, names) = ("", [String]())
      for command in try readCommands(run.stdout) {
        let word = String(decoding: command.arguments[1], as: UTF8.self)
        if command.name == "SELECT" { database = word } else { names.append("\(database) \(word)") }
      }
      var seen: Set<String> = []
      return names.filter { seen.insert($0).inserted }
    }
  }

  @Test("every format writes the same names, renamed by the first rule, behind the prefix")
  func formats() throws {
    let arguments = [
      "--filter-key", "cart:8.*,user:11,hello", "--rename", #"cart:(\d)(.*)=basket:{$1}$2"#,
      "--rename", "cart.*=never", "--rename", "user:(.*)=$1=$$", "--key-prefix", "eu:",
      "--db-map", "3:9",
    ]
    let written = try names("resp", arguments)
    #expect(written.contains("0 eu:basket:{8}70") && written.contains("0 eu:11=$"))
    #expect(written.contains("9 eu:hello"))
    #expect(written.allSatisfy { !$0.contains("never") })
    for format in ["restore", "rdb", "ndjson"] {
      #expect(try names(format, arguments) == written, "\(format)")
    }
  }

  @Test("nothing is written where two keys would get one name", arguments: ["resp", "rdb", "json"])
  func collision(format: String) throws {
    try withTemporaryFolder { folder in
      for (arguments, reason) in [
        (["--rename", "user:1.*=user:1"], "would both become user:1 in db 0"),
        (["--single-db"], "hello (db 3, byte 55,151) would both become hello in db 0"),
        (["--db-map", "3:0", "--db", "0", "--db", "3"], "would both become hello in db 0"),
      ] {
        let run = try BuiltBinary.run(
          ["export", "shop.rdb", "--as", format, "-o", folder + "/out"] + arguments + Self.now)
        #expect(run.status == 2)
        #expect(run.stdout.isEmpty && run.errors.contains(reason), "\(run.errors)")
        #expect(run.errors.hasSuffix("nothing was written\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      }
      let apart = try BuiltBinary.run(
        ["export", "shop.rdb", "--as", format, "--single-db", "--db", "3"] + Self.now)
      #expect(apart.status == 0 && !apart.stdout.isEmpty)
    }
  }

  @Test(
    "a rule that means nothing is refused",
    arguments: [
      ("user", "Rename.NoTemplate[0]: user has no ="), ("=x", "Rename.Empty[0]"),
      ("(a=b", "Rename.Regex[0]: missing closing parenthesis, at byte 2 of (a"),
      ("a=b$", "Rename.Template[0]: a dollar without a group, at byte 1 of b$"),
      ("(a)=$2", "Rename.Template[0]: there is no group 2: (a) has 1 group"),
    ])
  func misuse(rule: String, reason: String) throws {
    let run = try BuiltBinary.run(["export", "shop.rdb", "--rename", rule] + Self.now)
    #expect(run.status == 64)
    #expect(run.stdout.isEmpty && run.errors.contains(reason), "\(run.errors)")
  }
}
