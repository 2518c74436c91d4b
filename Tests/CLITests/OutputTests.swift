// What leaves the program: exact, whole or not at all, and harmless on a terminal.

import Foundation
import TestSupport
import Testing

@Suite("Output")
struct OutputTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]

  /// The keys of database 1 of types.rdb, in the order of the file.
  private static let oddKeys: [[UInt8]] = [
    Array("line\r\nbreak".utf8), Array("\"quoted\"".utf8), Array("00012".utf8),
    Array("-7".utf8), [], Array("12345".utf8), [0xe2, 0x82],
    Array(repeating: UInt8(ascii: "k"), count: 300), Array("=1+1".utf8),
    Array("nul\0inside".utf8), [0xff, 0xfe, 0x80], Array("back\\slash".utf8), Array("it's".utf8),
    Array("\u{1b}[31mred\u{1b}[0m".utf8), Array("tab\there".utf8), [0],
  ]

  private func keys(_ format: String) throws -> Run {
    try BuiltBinary.run(["keys", "types.rdb", "--db", "1", "--format", format])
  }

  @Test("NDJSON rows are JSON, with the members in the documented order and exact keys")
  func ndjson() throws {
    let names = [
      "db", "key", "key_b64", "type", "encoding", "rdb_type", "elements", "record_bytes", "offset",
      "expire_ms", "idle", "freq", "slot",
    ]
    var found: [[UInt8]] = []
    for line in try keys("ndjson").lines {
      let row = JSONNode(try JSONSerialization.jsonObject(with: Data(line.utf8)))
      #expect(row.object?.keys.sorted() == names.sorted())
      let places = names.map { line.range(of: "\"\($0)\":")?.lowerBound }
      #expect(
        !places.contains(nil) && places.compactMap { $0 } == places.compactMap { $0 }.sorted())
      #expect(row["db"].int == 1)
      #expect(row["type"].text == "string")
      #expect(row["rdb_type"].int == 0)
      #expect(row["slot"].object == nil && row["expire_ms"].int == nil)
      found.append(try #require(row.rowKey))
    }
    #expect(found == Self.oddKeys)
  }

  @Test("a JSON list of keys is one array of the rows of NDJSON")
  func json() throws {
    let rows = try JSONSerialization.jsonObject(with: Data(try keys("json").stdout))
    #expect(JSONNode(rows).elements.map { $0.rowKey } == Self.oddKeys)
    let none = try BuiltBinary.run(["keys", "types.rdb", "--db", "7", "--format", "json"])
    #expect(JSONNode(try JSONSerialization.jsonObject(with: Data(none.stdout))).isArray)
    #expect(none.status == 1)
  }

  @Test("a tab-separated key reads back to its bytes")
  func tsv() throws {
    let rows = try keys("tsv").lines.dropFirst().map { $0.components(separatedBy: "\t") }
    #expect(rows.allSatisfy { $0.count == 12 })
    #expect(rows.map { EscapedText.bytes($0[1]) } == Self.oddKeys)
  }

  @Test("a CSV key is in one column as text or in the next as base 64")
  func csv() throws {
    let rows = CSVText.rows(try keys("csv").stdout)
    #expect(rows.first?.prefix(3) == [Array("db".utf8), Array("key".utf8), Array("key_b64".utf8)])
    let found = rows.dropFirst().map { row in
      row[2].isEmpty ? row[1] : Data(base64Encoded: Data(row[2])).map { [UInt8]($0) } ?? []
    }
    #expect(Array(found) == Self.oddKeys)
  }

  @Test("a string's raw bytes are nothing but its bytes")
  func raw() throws {
    let run = try BuiltBinary.run(["show", "shop.rdb", "user:1:avatar", "--format", "raw"])
    #expect(run.status == 0)
    #expect(run.stdout == [0x89] + Array("PNG\r\n\u{1a}\n\0\0\0\rIHDR".utf8))
    let number = try BuiltBinary.run(["show", "shop.rdb", "counter:orders", "--format", "raw"])
    #expect(number.output == "48211")
  }

  @Test("no text for people holds a control character, whatever keys and values do")
  func harmless() throws {
    let runs = [
      ["keys", "types.rdb"], ["preview", "types.rdb", "--db", "1"] + Self.now,
      ["show", "types.rdb", #"\x1b[31mred\x1b[0m"#], ["show", "types.rdb", #"nul\x00inside"#],
      ["show", "shop.rdb", "user:1:avatar"], ["show", "types.rdb", #"gone\x1b[2J"#],
      ["preview", "types.rdb", "--db", "1", "--list"] + Self.now,
      ["preview", "types.rdb", "--against", "shop.rdb"] + Self.now,
    ]
    for arguments in runs {
      let run = try BuiltBinary.run(arguments)
      #expect(
        !(run.stdout + run.stderr).contains { ($0 < 0x20 && $0 != 9 && $0 != 10) || $0 == 127 })
    }
  }

  @Test(
    "on a terminal keys are a table, and no key moves the cursor",
    .enabled(if: BuiltBinary.hasTerminals))
  func terminal() throws {
    let run = try BuiltBinary.onTerminal("NO_COLOR=1 rdbsift keys types.rdb --db 1")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("key  "))
    #expect(run.output.contains(#""\x1B[31mred\x1B[0m""#))
    #expect(!run.stdout.contains { ($0 < 0x20 && $0 != 13 && $0 != 10) || $0 == 127 })
  }

  @Test(
    "on a terminal a preview is no wider than its window, and coloured unless that is refused",
    .enabled(if: BuiltBinary.hasTerminals))
  func previewTerminal() throws {
    let options = "types.rdb --against shop.rdb --now 2026-11-24T12:00:00Z --key-regex '(?s).*'"
    let plain = try BuiltBinary.onTerminal("NO_COLOR=1 rdbsift preview \(options) 2>/dev/null")
    for line in plain.output.split(separator: "\r\n") {
      #expect(line.count <= 80, "\(line)")
    }
    #expect(plain.output.contains("compared with current data"))
    #expect(!plain.stdout.contains { ($0 < 0x20 && $0 != 13 && $0 != 10) || $0 == 127 })
    let styled = try BuiltBinary.onTerminal("rdbsift preview \(options) 2>/dev/null")
    #expect(styled.output.contains("\u{1b}[1m"))
    let words = styled.output.replacing("\u{1b}[1m", with: "").replacing("\u{1b}[0m", with: "")
    #expect(words == plain.output)
  }

  @Test("commands are not written to a terminal", .enabled(if: BuiltBinary.hasTerminals))
  func exportToTerminal() throws {
    let run = try BuiltBinary.onTerminal("rdbsift export shop.rdb")
    #expect(run.status == 64)
    #expect(run.output.contains("commands are not for a terminal"))
    #expect(!run.output.contains("SELECT"))
  }

  @Test(
    "a reader that has seen enough is no failure",
    arguments: [
      "keys shop.rdb", "info shop.rdb", "export shop.rdb", "show shop.rdb leaderboard:odd",
      "preview shop.rdb --list",
    ])
  func closedPipe(command: String) throws {
    // By the time it writes, the reader has long gone.
    let run = try BuiltBinary.shell(
      "set -o pipefail; { sleep 0.3; rdbsift \(command) 2>/dev/null; } | true")
    #expect(run.status == 0)
    #expect(run.stderr.isEmpty)
  }

  @Test(
    "a full disk is a failure that says so",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [
      "keys shop.rdb", "info shop.rdb", "info shop.rdb --format json",
      "preview shop.rdb", "preview shop.rdb --list", "verify shop.rdb", "export shop.rdb",
      "show shop.rdb user:1",
    ])
  func fullDisk(command: String) throws {
    let run = try BuiltBinary.shell("rdbsift \(command) > /dev/full")
    #expect(run.status == 2)
    #expect(run.errors.hasSuffix("standard output: cannot write: No space left on device\n"))
  }
}

@Suite("Lists of a preview")
struct PreviewListTests {
  private static let arguments = [
    "preview", "shop.rdb", "--against", "shop-later.rdb", "--list", "--filter-key",
    "user:.*,session:.*,.*:1.*", "--now", "2026-11-24T12:00:00Z",
  ]

  @Test("any number of threads writes the same rows", arguments: ["tsv", "csv", "ndjson", "json"])
  func threads(format: String) throws {
    let arguments = Self.arguments + ["--list-format", format]
    let one = try BuiltBinary.run(arguments + ["--threads", "1"])
    #expect(one.lines.count > 300)
    for threads in ["2", "5"] {
      let more = try BuiltBinary.run(arguments + ["--threads", threads])
      #expect(more.stdout == one.stdout)
      #expect(more.stderr == one.stderr)
    }
  }

  @Test("rows are what the report counts")
  func counts() throws {
    let list = try BuiltBinary.run(Self.arguments)
    let rows = list.lines.dropFirst().map { $0.components(separatedBy: "\t") }
    let report = try BuiltBinary.run(
      Self.arguments.filter { $0 != "--list" } + ["--format", "json"])
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(report.stdout)) as? [String: Any])
    let outcome = try #require(root["outcome"] as? [String: [String: Int]])
    let against = try #require(root["against"] as? [String: Any])
    func count(_ fate: String) -> Int { rows.count { $0[5] == fate } }
    #expect(count("restored") == outcome["restored"]?["keys"])
    #expect(count("expired_at_restore_time") == outcome["expired_at_restore_time"]?["keys"])
    #expect(count("expired_by_now") == outcome["expired_by_now"]?["keys"])
    for effect in ["created", "changed", "expiry_changed", "unchanged", "deleted"] {
      let member = against[effect] as? [String: Any]
      #expect(rows.count { $0[7] == effect } == member?["keys"] as? Int)
    }
    #expect(Set(rows.map { $0[8] }) == ["user:.*", "session:.*", ".*:1.*"])
  }

  @Test("what makes no sense in the other file ends the run, and names that file")
  func damage() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder()
      file.record(20, key: "bad", value: [3, 1, 2, 3])
      try write(file.ended(), to: folder + "/now.rdb")
      var arguments = Self.arguments
      arguments[3] = folder + "/now.rdb"
      arguments[6] = "bad"
      let run = try BuiltBinary.run(arguments)
      #expect(run.status == 2)
      #expect(run.errors.contains("now.rdb: byte"))
      arguments[3] = "nowhere.rdb"
      #expect(try BuiltBinary.run(arguments).status == 2)
    }
  }
}

@Suite("Exported files")
struct ExportedFileTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]

  private func attributes(_ path: String) throws -> [FileAttributeKey: Any] {
    try FileManager.default.attributesOfItem(atPath: path)
  }

  @Test("a file is its owner's only, and the same bytes as on standard output")
  func file() throws {
    try withTemporaryFolder { folder in
      let arguments = ["export", "shop.rdb", "--type", "hash"] + Self.now
      let path = folder + "/out.resp"
      let run = try BuiltBinary.run(arguments + ["--output", path])
      #expect(run.status == 0)
      #expect(run.stdout.isEmpty)
      #expect(try attributes(path)[.posixPermissions] as? Int == 0o600)
      #expect(try readFile(path) == (try BuiltBinary.run(arguments)).stdout)
      #expect(try readFile(path) == (try BuiltBinary.run(arguments + ["-o", "-"])).stdout)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.resp"])
    }
  }

  @Test(
    "any number of threads writes the same bytes, which end with a whole command",
    arguments: ["shop.rdb", "types.rdb", "valkey9.rdb", "old-redis-2.8.rdb", "tair.rdb"])
  func threads(sample: String) throws {
    let arguments = ["export", sample] + Self.now
    let one = try BuiltBinary.run(arguments + ["--threads", "1"])
    #expect(try RESPText.commands(one.stdout) > 0)
    for threads in ["2", "3", "8"] {
      let more = try BuiltBinary.run(arguments + ["--threads", threads])
      #expect(more.stdout == one.stdout)
      #expect(more.stderr == one.stderr)
      #expect(more.status == one.status)
    }
  }

  @Test("the input is never the output, by whatever name")
  func input() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      let input = folder + "/dump.rdb"
      try files.copyItem(atPath: BuiltBinary.samples + "/shop.rdb", toPath: input)
      try files.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: input)
      try files.linkItem(atPath: input, toPath: folder + "/hard")
      let before = try readFile(input)
      for name in ["dump.rdb", "link", "hard", "../\((folder as NSString).lastPathComponent)/link"]
      {
        let run = try BuiltBinary.run(["export", "dump.rdb", "-o", name] + Self.now, in: folder)
        #expect(run.status == 2)
        #expect(run.errors.hasSuffix("is also an input; the output must be another file\n"))
      }
      #expect(try readFile(input) == before)
      #expect(try files.contentsOfDirectory(atPath: folder).count == 3)
    }
  }

  @Test("a failure leaves nothing behind, and what was there before as it was")
  func nothingLeft() throws {
    try withTemporaryFolder { folder in
      let whole = try readFile(BuiltBinary.samples + "/shop.rdb")
      try write(Array(whole.prefix(30_000)), to: folder + "/cut.rdb")
      try write(Array("older".utf8), to: folder + "/kept.resp")
      for name in ["new.resp", "kept.resp"] {
        let run = try BuiltBinary.run(["export", "cut.rdb", "-o", name] + Self.now, in: folder)
        #expect(run.status == 2)
        #expect(run.errors.contains("cut.rdb: byte 29,948, db 0, hash (RDB type 16)"))
      }
      #expect(try readFile(folder + "/kept.resp") == Array("older".utf8))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.sorted() == ["cut.rdb", "kept.resp"])
    }
  }

  @Test(
    "what cannot be written is named",
    arguments: [
      ("nowhere/out", "nowhere/out: cannot create: No such file or directory"),
      (".", ".: is a directory; a regular file is needed"),
    ])
  func refused(path: String, reason: String) throws {
    let run = try BuiltBinary.run(["export", "shop.rdb", "--output", path] + Self.now)
    #expect(run.status == 2)
    #expect(run.errors == "error: \(reason)\n")
  }

  @Test("a wrong checksum is told, and the keys are exported all the same")
  func wrongChecksum() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder()
      file.string(key: "a", value: "b")
      try write(file.bytes + [255, 1, 2, 3, 4, 5, 6, 7, 8], to: folder + "/dump.rdb")
      let run = try BuiltBinary.run(["export", "dump.rdb"] + Self.now, in: folder)
      #expect(run.status == 1)
      #expect(run.errors.contains("checksum mismatch (stored 0807060504030201, computed "))
      #expect(try RESPText.commands(run.stdout) == 2)
    }
  }

  @Test(
    "a preview on a terminal of eighty columns keeps to them, whatever the keys are",
    .enabled(if: BuiltBinary.hasTerminals))
  func previewWidth() throws {
    for command in [
      "preview types.rdb --key-regex '(?s).*' --db 1",
      "preview shop.rdb --filter-key 'session:.*,cart:.*,lock:.*' --against shop-later.rdb "
        + "--restore-time 2026-11-20T10:00:00Z --time-shift 2026-11-24T12:00:00Z",
    ] {
      let shown = try BuiltBinary.onTerminal(
        "rdbsift \(command) --now 2026-11-24T12:00:00Z 2>/dev/null")
      let plain = shown.output.replacing(/\u{1b}\[[0-9;]*m/, with: "")
      #expect(!plain.contains("\u{1b}") && plain.contains("first keys"))
      for line in plain.split(whereSeparator: \.isNewline) { #expect(line.count <= 80, "\(line)") }
    }
  }
}
