// Every command on every backup of the repository: the same bytes on standard output, the same words
// on standard error and the same status, whether it is plain, in gzip, in LZ4 or comes down a pipe.
//
// All of it is some sixteen thousand runs. A usual run takes one command and one form for each
// fixture, so that each command meets each form; RDBSIFT_TEST_ALL=1 takes all.

import Foundation
import TestSupport
import Testing

@Suite("Every fixture, in every form")
struct EveryFixtureTests {
  private static let moment = ["--now", "2026-11-20T10:00:00Z"]

  /// Every command that reads a backup; `OFFSET` is where a key of the file is.
  private static let commands =
    [
      "info", "info --format json", "keys --format ndjson", "keys --format csv", "preview",
      "preview --list", "preview --format json --filter-key .*a.*", "export",
      "export --as restore --threads 3", "export --as rdb", "export --as json",
      "show --offset OFFSET", "verify", "verify --quick", "salvage --as list",
      "salvage --format json",
      "threats --format tsv", "map", "timeline", "timeline --sort time",
    ].map { $0.components(separatedBy: " ") }

  /// A folder name, and how the file is packed there; a pipe has what gzip has.
  private static let forms: [(name: String, pack: (@Sendable ([UInt8]) -> [UInt8])?)] = [
    ("gz", { Packed.gzip($0) }), ("lz4", { Packed.lz4($0) }), ("pipe", nil), ("plainpipe", nil),
  ]

  private static let takesAll = ProcessInfo.processInfo.environment["RDBSIFT_TEST_ALL"] != nil

  @Test("a command says the same of it", arguments: takesAll ? Fixtures.all.indices : pairs)
  func same(index: Int) throws {
    let (commands, forms) = (EveryFixtureTests.commands, EveryFixtureTests.forms)
    let all = Fixtures.all
    if EveryFixtureTests.takesAll {
      for command in commands {
        for form in forms.indices { try compare(command, form, all[index]) }
      }
    } else {
      let command = commands[index % commands.count]
      // Fixtures next to each other are alike.
      try compare(command, index / commands.count, all[index * 37 % all.count])
    }
  }

  /// A number for each command in each form.
  private static let pairs = 0..<(commands.count * forms.count)

  private func compare(_ command: [String], _ form: Int, _ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    // A pipe that its writer closes without a byte cannot be told from one that nobody writes to.
    if bytes.isEmpty, EveryFixtureTests.forms[form].name == "plainpipe" { return }
    try withTemporaryFolder { folder in
      try write(bytes, to: folder + "/dump.rdb")
      try write(Packed.gzip(bytes), to: folder + "/dump.gz")
      try compare(command, form, bytes, in: folder)
    }
  }

  private func compare(
    _ command: [String], _ form: Int, _ bytes: [UInt8], in folder: String
  ) throws {
    let offset = command.contains("OFFSET") ? try offset(in: folder) : ""
    // The same name everywhere, so that even reports and warnings are the same.
    let words =
      [command[0], "dump.rdb"] + command.dropFirst().map { $0 == "OFFSET" ? offset : $0 }
      + (["info", "preview", "export", "keys"].contains(command[0]) ? EveryFixtureTests.moment : [])
    let plain = try BuiltBinary.run(words, in: folder)
    let (name, pack) = EveryFixtureTests.forms[form]
    let place = "\(folder)/\(name)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let other: Run
    if let pack {
      try write(pack(bytes), to: place + "/dump.rdb")
      other = try BuiltBinary.run(words, in: place)
    } else {
      let source = name == "pipe" ? "dump.gz" : "dump.rdb"
      other = try BuiltBinary.shell(
        "test -p dump.rdb || mkfifo dump.rdb; (cat ../\(source) > dump.rdb) & rdbsift "
          + words.map { "'\($0)'" }.joined(separator: " "), in: place)
    }
    let what = "\(words.joined(separator: " ")), \(name)"
    let isSame = other.stdout == plain.stdout
    #expect(isSame, "\(what)")
    #expect(other.errors == plain.errors && other.status == plain.status, "\(what)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["dump.rdb"], "\(what)")
  }

  /// Where the first key is.
  private func offset(in folder: String) throws -> String {
    let rows = try BuiltBinary.run(["keys", "dump.rdb", "--limit", "1"], in: folder).lines
    guard let row = rows.last?.components(separatedBy: "\t"), rows.count > 1 else { return "9" }
    return row[7]
  }
}
