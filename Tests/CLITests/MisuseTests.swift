// What is refused, and how: one sentence that says what, where and what to try.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("Misuse and broken files")
struct MisuseTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]

  /// A name for the transcript, and arguments that make no sense.
  static let runs: [(String, [String])] = [
    ("misuse-now", ["preview", "shop.rdb", "--now", "yesterday"]),
    ("misuse-times", ["preview", "shop.rdb", "--restore-time", "2026-11-31", "--time-shift", "x"]),
    ("misuse-offset", ["preview", "shop.rdb", "--restore-time", "2026-11-20T10:00:00+25:00"]),
    ("misuse-no-such-day", ["preview", "shop.rdb", "--restore-time", "2026-02-29T10:00:00Z"]),
    ("misuse-shift-early", ["preview", "shop.rdb", "--time-shift", "2026-11-01T00:00:00Z"] + now),
    ("misuse-shift-late", ["preview", "shop.rdb", "--time-shift", "2026-11-30T00:00:00Z"] + now),
    (
      "misuse-restore-late", ["export", "shop.rdb", "--restore-time", "2026-11-30T00:00:00Z"] + now
    ),
    (
      "misuse-no-reference",
      ["preview", "old-redis-2.8.rdb", "--time-shift", "2026-11-20T10:00:00Z"] + now
    ),
    ("misuse-empty-item", ["preview", "shop.rdb", "--filter-key", "a,,b"]),
    ("misuse-empty-filter", ["keys", "shop.rdb", "--filter-key", ""]),
    ("misuse-empty-regex", ["keys", "shop.rdb", "--key-regex", ""]),
    ("misuse-parenthesis", ["preview", "shop.rdb", "--filter-key", "a,b(c"]),
    ("misuse-bracket", ["keys", "shop.rdb", "--key-regex", "x", "--key-regex", "[a"]),
    ("misuse-quantifier", ["keys", "shop.rdb", "--filter-key", "(a{1,3})"]),
    ("misuse-class", ["keys", "shop.rdb", "--filter-key", "user:[1,2]"]),
    ("misuse-type", ["keys", "shop.rdb", "--type", "sorted set"]),
    ("misuse-escape", ["show", "shop.rdb", #"a\q"#]),
    ("misuse-escape-sign", ["show", "shop.rdb", #"a\x+1"#]),
    ("misuse-raw", ["show", "shop.rdb", "user:1", "--format", "raw"]),
    ("misuse-salvage-output", ["salvage", "shop.rdb", "--output", "x"]),
    ("misuse-salvage-both", ["salvage", "shop.rdb", "--as", "list", "--format", "json"]),
    ("misuse-quick", ["verify", "shop.rdb", "--quick", "--db", "0"]),
    ("misuse-deleted", ["show", "shop.rdb", "user:1", "--deleted"]),
    ("misuse-no-key", ["show", "shop.rdb"]),
    ("misuse-rules", ["threats", "shop.rdb", "--rules", "README.md"]),
    ("misuse-only", ["threats", "shop.rdb", "--only", "dev-tpc"]),
    ("misuse-findings", ["threats", "shop.rdb", "--findings=-1"]),
    ("misuse-no-output", ["export", "shop.rdb", "--output", ""]),
    ("misuse-match", ["keys", "shop.rdb", "--match", "fuzzy"]),
    ("misuse-db", ["keys", "shop.rdb", "--db", "-1"]),
    ("misuse-threads", ["keys", "shop.rdb", "--threads", "0"]),
    ("misuse-limit", ["show", "shop.rdb", "user:1", "--limit=-1"]),
    ("misuse-restore-type", ["preview", "shop.rdb", "--restore-type", "2"] + now),
    ("misuse-restore-missing", ["preview", "shop.rdb", "--restore-type", "1"] + now),
    (
      "misuse-restore-mismatch",
      [
        "export", "shop.rdb", "--restore-type", "0", "--restore-time", "2026-11-20T10:00:00Z",
      ] + now
    ),
    ("misuse-call", ["preview", "shop.rdb", "--", "aliyun"]),
    (
      "misuse-call-action",
      ["preview", "shop.rdb", "--", "aliyun", "r-kvstore", "CreateBackup", "--InstanceId", "x"]
    ),
    (
      "misuse-call-case",
      ["preview", "shop.rdb", "--", "aliyun", "r-kvstore", "RestoreInstance", "--Filterkey", "a.*"]
    ),
    (
      "misuse-call-kebab",
      ["preview", "shop.rdb", "--", "aliyun", "r-kvstore", "create-backup", "--filter-key", "a.*"]
    ),
    (
      "misuse-call-snake",
      [
        "preview", "shop.rdb", "--", "aliyun", "r-kvstore", "RestoreInstance", "--filter_key",
        "a.*",
      ]
    ),
    ("misuse-call-quote", ["preview", "shop.rdb", "--", "aliyun r-kvstore x --FilterKey 'a"]),
    ("misuse-export-existing", ["export", "shop.rdb", "--as", "rdb", "--existing", "skip"]),
    (
      "misuse-salvage-single-db",
      ["salvage", "shop.rdb", "--as", "ndjson", "--single-db"]
    ),
    ("misuse-hex-format", ["show", "shop.rdb", "user:1", "--hex", "--format", "json"]),
    ("misuse-offset-key", ["show", "shop.rdb", "user:1", "--offset", "3"]),
    ("misuse-fail-if", ["preview", "shop.rdb", "--fail-if", "keys"]),
    ("misuse-fail-if-name", ["preview", "shop.rdb", "--fail-if", "key>1"]),
    ("misuse-slot", ["keys", "shop.rdb", "--slot", "20000~"]),
    ("misuse-freq", ["keys", "shop.rdb", "--freq", "~300"]),
    ("misuse-list-format", ["preview", "shop.rdb", "--list-format", "csv"]),
    ("misuse-list-report", ["preview", "shop.rdb", "--list", "--format", "json"]),
    (
      "misuse-against-limit",
      ["preview", "shop.rdb", "--against", "shop-later.rdb", "--limit", "5"]
    ),
    ("misuse-fail-if-against", ["preview", "shop.rdb", "--fail-if", "deleted>0"]),
    ("misuse-expire", ["keys", "shop.rdb", "--expire", "tomorrow"]),
    ("misuse-size", ["keys", "shop.rdb", "--size", "10~1"]),
    ("misuse-idle", ["keys", "shop.rdb", "--idle", "1y~"]),
    ("misuse-exclude", ["keys", "shop.rdb", "--exclude", "(a"]),
    ("misuse-exclude-empty", ["keys", "shop.rdb", "--exclude", ""]),
    ("misuse-sample", ["keys", "shop.rdb", "--sample", "0"]),
    ("misuse-seed", ["keys", "shop.rdb", "--seed", "1"]),
    ("misuse-no-file", ["keys"]),
    ("misuse-command", ["restore", "shop.rdb"]),
  ]

  @Test("a request that means nothing is refused with status 64", arguments: runs)
  func misuse(name: String, arguments: [String]) throws {
    let run = try BuiltBinary.run(arguments)
    #expect(run.status == 64)
    #expect(run.stdout.isEmpty)
    try Snapshot.check(Snapshot.transcript(arguments, run), name)
  }

  /// A file that is not sound, what `keys` ends with, and what `verify` ends with.
  struct Broken: Sendable, CustomTestStringConvertible {
    let name: String
    let keys: Int32
    let verify: Int32
    let bytes: [UInt8]
    var testDescription: String { name }

    init(_ name: String, keys: Int32 = 2, verify: Int32 = 1, _ bytes: [UInt8]) {
      self.name = name
      self.keys = keys
      self.verify = verify
      self.bytes = bytes
    }
  }

  private static func built(
    _ header: String = "REDIS0011", _ body: (inout RDBBuilder) -> Void
  ) -> [UInt8] {
    var file = RDBBuilder(header)
    file.string(key: "before", value: "sound")
    body(&file)
    return file.bytes
  }

  static let files: [Broken] = [
    Broken("file-empty", verify: 2, []),
    Broken("file-text", verify: 2, Array("hello, world\n".utf8)),
    Broken("file-cut-header", verify: 2, Array("REDIS00".utf8)),
    Broken("file-bad-version", verify: 2, Array("REDIS00x1".utf8)),
    Broken("file-gzip", verify: 2, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    Broken("file-lz4", verify: 2, [0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7]),
    Broken("file-aof", keys: 1, verify: 1, Array("*2\r\n$6\r\nSELECT\r\n".utf8)),
    Broken("file-no-end", built { _ in }),
    Broken("file-cut-value", built { $0.raw([0, 1, 0x61, 10, 0x66, 0x6f, 0x6f]) }),
    Broken("file-unknown-type", built { $0.raw([99, 1, 0x61, 0]) }),
    Broken("file-unknown-opcode", built { $0.raw([241]) }),
    Broken("file-type-6", built { $0.raw([6, 1, 0x61, 0]) }),
    Broken("file-string-encoding", built { $0.raw([0, 1, 0x61, 0xc9]) }),
    Broken("file-length", built { $0.raw([0, 1, 0x61, 0x82, 0]) }),
    Broken("file-quicklist", built { $0.raw([18, 1, 0x61, 1, 3, 0]) }),
    Broken(
      "file-odd-listpack", keys: 0,
      built {
        // One entry where a hash needs a field and a value.
        $0.record(16, key: "a\u{1b}[2J", value: [9, 9, 0, 0, 0, 1, 0, 1, 1, 0xff])
        $0.end()
      }),
    Broken(
      "file-intset", keys: 0,
      built {
        $0.record(11, key: "a", value: [10, 2, 0, 0, 0, 7, 0, 0, 0, 1, 0])
        $0.end()
      }),
    Broken(
      "file-checksum", keys: 1,
      built { $0.raw([255, 1, 2, 3, 4, 5, 6, 7, 8]) }),
    Broken(
      "file-no-checksum", keys: 0, verify: 0, built { $0.raw([255, 0, 0, 0, 0, 0, 0, 0, 0]) }),
    Broken("file-newer", keys: 0, verify: 0, built("REDIS0099") { $0.end() }),
    Broken(
      "file-trailing", keys: 0, verify: 0,
      built {
        $0.end()
        $0.raw(Array("more".utf8))
      }),
  ]

  @Test("a file that is not sound is told of in one sentence, with its place", arguments: files)
  func broken(file: Broken) throws {
    try withTemporaryFolder { folder in
      try write(file.bytes, to: folder + "/dump.rdb")
      var text = ""
      for (command, status) in [("keys", file.keys), ("verify", file.verify)] {
        let run = try BuiltBinary.run([command, "dump.rdb"], in: folder)
        #expect(run.status == status)
        let lines = run.errors.split(separator: "\n").filter { !$0.hasPrefix("to recover records") }
        #expect(lines.count <= 1)
        #expect(!(run.stdout + run.stderr).contains { $0 < 0x20 && $0 != 0x0a && $0 != 0x09 })
        text += Snapshot.transcript([command, "dump.rdb"], run)
      }
      try Snapshot.check(text, file.name)
    }
  }

  @Test("what cannot be read is named, with the reason")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      #expect(unsafe mkfifo(folder + "/pipe", 0o600) == 0)
      let reasons = [
        ("absent.rdb", "absent.rdb: cannot open: No such file or directory"),
        ("pipe", "pipe: is a pipe that nobody writes to"),
        ("/dev/null", "/dev/null: is a device; a regular file is needed"),
      ]
      for command in ["info", "keys", "preview", "export", "verify", "show"] {
        for (path, reason) in reasons {
          let run = try BuiltBinary.run(
            [command, path] + (command == "show" ? ["key"] : []), in: folder)
          #expect(run.status == 2)
          #expect(run.errors == "error: \(reason)\n")
        }
      }
    }
  }

  @Test("a directory without backups is named, with what looks further")
  func emptyDirectory() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/d", withIntermediateDirectories: true)
      for command in ["info", "keys", "preview", "export", "verify", "show"] {
        let run = try BuiltBinary.run(
          [command, "d"] + (command == "show" ? ["key"] : []), in: folder)
        #expect(run.status == 64)
        #expect(
          run.errors
            == "error: d contains no backup; use --recursive to search its subdirectories\n")
      }
    }
  }

  @Test("a path that would move the cursor is shown escaped")
  func hostilePath() throws {
    let run = try BuiltBinary.run(["info", "\u{1b}[2J.rdb"])
    #expect(
      run.errors == "error: \"\\x1B[2J.rdb\": cannot open: No such file or directory\n")
  }

  @Test("a pattern that gives up on a key ends the run, and says on which")
  func catastrophic() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder()
      file.string(key: String(repeating: "a", count: 50), value: "")
      try write(file.ended(), to: folder + "/dump.rdb")
      let run = try BuiltBinary.run(
        ["keys", "dump.rdb", "--key-regex", "(a|aa)+b?(?<!a)"], in: folder)
      #expect(run.status == 2)
      #expect(
        run.errors.contains(
          #"pattern 1, (a|aa)+b?(?<!a), exceeded the match limit on key aaaa"#))
      #expect(run.errors.contains("at byte 9 of dump.rdb"))
    }
  }

  @Test("a hostile pattern ends a preview within two seconds, and names itself and the key")
  func hostile() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder()
      for index in 0..<2000 {
        file.string(key: "\(String(repeating: "a", count: 40))\(index)!", value: "")
      }
      try write(file.ended(), to: folder + "/dump.rdb")
      let start = ContinuousClock.now
      let run = try BuiltBinary.run(
        ["preview", "dump.rdb", "--key-regex", "(a+)+[0-9]?$"] + Self.now, in: folder)
      // With what a busy machine may add; the limit of steps alone is a millisecond or so.
      #expect(ContinuousClock.now - start < .seconds(6))
      #expect(run.status == 2)
      #expect(
        run.errors.contains(
          "pattern 1, (a+)+[0-9]?$, exceeded the match limit on key aaaa"))
      #expect(!run.errors.contains("MatchesNothing"))
    }
  }

  @Test("a ctime beyond belief counts as absent, and a time shift then needs a restore time")
  func absurdTime() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder()
      file.aux("ctime", "-9223372036854775")
      file.string(key: "a", value: "b")
      try write(file.ended(), to: folder + "/dump.rdb")
      for format in ["text", "json"] {
        let shifted =
          ["preview", "dump.rdb", "--time-shift", "2026-11-20T00:00:00Z", "--format", format]
          + Self.now
        let refused = try BuiltBinary.run(shifted, in: folder)
        #expect(refused.status == 64)
        #expect(refused.errors.contains("the file has no ctime; add --restore-time"))
        let run = try BuiltBinary.run(
          shifted + ["--restore-time", "2026-11-19T00:00:00Z"], in: folder)
        #expect(run.status == 0)
        #expect(run.stderr.isEmpty)
      }
    }
  }
}
