// Every command on the samples, as transcripts.

import Foundation
import Testing

@Suite("Commands on the samples")
struct CommandTests {
  private static let noon = ["--now", "2026-11-24T12:00:00Z"]
  private static let hurt = "../Tests/Fixtures/synthetic/bad_lp_total.rdb"
  private static let cut = "../Tests/Fixtures/synthetic/bad_truncated.rdb"
  private static let backup = ["--now", "2026-11-20T10:00:00Z"]

  /// A name for the transcript, and the arguments.
  static let runs: [(String, [String])] = [
    ("info-shop", ["info", "shop.rdb"] + noon),
    ("info-types", ["info", "types.rdb"] + noon),
    ("info-old", ["info", "old-redis-2.8.rdb"] + noon),
    ("info-valkey", ["info", "valkey9.rdb"] + noon),
    ("info-tair", ["info", "tair.rdb"] + noon),
    ("info-selected", ["info", "shop.rdb", "--db", "3", "--type", "hash"] + noon),
    ("info-json-shop", ["info", "shop.rdb", "--format", "json"] + noon),
    ("info-json-tair", ["info", "tair.rdb", "--format", "json"] + noon),
    ("stats-shop", ["stats", "shop.rdb", "--top", "3"] + noon),
    (
      "stats-masked",
      [
        "stats", "shop.rdb", "--top", "3", "--prefixes", "5", "--mask-keys", "--format", "markdown",
        "--what-if", "redis:8.2",
      ] + noon
    ),
    (
      "stats-json",
      ["stats", "types.rdb", "--top", "1", "--prefixes", "3", "--format", "json"] + noon
    ),
    (
      "stats-guard",
      ["stats", "tair.rdb", "--top", "0", "--depth", "0", "--fail-if", "keys_without_ttl>10%"]
        + noon
    ),
    ("keys-tsv", ["keys", "types.rdb", "--db", "1"]),
    (
      "keys-memory",
      [
        "keys", "types.rdb", "--sort", "memory", "--top", "8", "--columns",
        "key,memory,real_memory",
      ]
    ),
    ("keys-rdbtools", ["keys", "types.rdb", "--format", "rdbtools", "--elements", "10.."]),
    ("keys-csv", ["keys", "types.rdb", "--db", "1", "--format", "csv"]),
    ("keys-ndjson", ["keys", "types.rdb", "--db", "1", "--format", "ndjson"]),
    ("keys-json", ["keys", "types.rdb", "--db", "1", "--format", "json"]),
    ("keys-json-none", ["keys", "types.rdb", "--db", "7", "--format", "json"]),
    ("keys-tair", ["keys", "tair.rdb", "--format", "ndjson"]),
    ("keys-valkey", ["keys", "valkey9.rdb", "--type", "hash"]),
    ("keys-old", ["keys", "old-redis-2.8.rdb", "--db", "9"]),
    (
      "keys-measures",
      [
        "keys", "shop.rdb", "--expire", "2026-11-24T00:00:00Z~2026-11-25T00:00:00Z", "--size",
        "100~2K", "--slot", "~8191",
      ]
    ),
    (
      "keys-exclude",
      ["keys", "shop.rdb", "--key-regex", "user:.*", "--exclude", "user:1.*", "--limit", "3"]
    ),
    ("keys-relative", ["keys", "shop.rdb", "--expire", "now~+2h"] + noon),
    ("keys-sample", ["keys", "shop.rdb", "--sample", "50", "--seed", "7", "--elements", "2~"]),
    (
      "preview-selected",
      [
        "preview", "shop.rdb", "--key-regex", "session:.*", "--exclude", ".*7", "--expire", "any",
        "--sample", "3", "--limit", "10",
      ] + noon
    ),
    ("keys-no-checksum", ["keys", "shop.rdb", "--key-regex", "a,b", "--no-checksum"]),
    ("preview-all", ["preview", "shop.rdb"] + noon),
    (
      "preview-sessions",
      ["preview", "shop.rdb", "--filter-key", "session:.*,cart:.*"] + noon
    ),
    (
      "preview-lint",
      [
        "preview", "shop.rdb", "--filter-key", "session:*,crat:.*,user:1,user:1.*,^a$,report.2026",
      ] + noon
    ),
    (
      "preview-fields",
      [
        "preview", "valkey9.rdb", "--restore-time", "2026-11-20T10:00:00Z", "--time-shift",
        "2027-11-24T12:00:00Z", "--now", "2027-11-24T12:00:00Z",
      ]
    ),
    ("preview-glob-like", ["preview", "shop.rdb", "--filter-key", "session:*"] + noon),
    (
      "preview-shift",
      [
        "preview", "shop.rdb", "--filter-key", "lock:.*", "--restore-time", "2026-11-20T10:00:00Z",
        "--time-shift", "2026-11-24T00:00:00Z", "--now", "2026-11-24T00:00:00Z",
      ]
    ),
    (
      "preview-json",
      [
        "preview", "shop.rdb", "--filter-key", "lock:.*,h*llo", "--restore-time",
        "2026-11-20T10:00Z", "--time-shift", "2026-11-24T00:00Z", "--now", "2026-11-24T00:00Z",
        "--format", "json",
      ]
    ),
    (
      "preview-call",
      ["preview", "shop.rdb"] + noon + [
        "--", "aliyun", "r-kvstore", "RestoreInstance", "--InstanceId", "r-bp1", "--RestoreType",
        "1", "--RestoreTime", "2026-11-20T10:00:00Z", "--TimeShift=2026-11-24T00:00Z",
        "--FilterKey", "lock:checkout:.*",
      ]
    ),
    (
      "preview-fail-if",
      [
        "preview", "shop.rdb", "--filter-key", "user:1", "--fail-if", "keys>1", "--fail-if",
        "keys>10000", "--fail-if", "bytes>=1",
      ] + noon
    ),
    (
      "preview-against",
      [
        "preview", "shop.rdb", "--filter-key", "user:.*,cart:.*", "--against", "shop-later.rdb",
        "--restore-time", "2026-11-20T10:00:00Z",
      ] + noon
    ),
    (
      "preview-against-json",
      [
        "preview", "shop.rdb", "--filter-key", "user:.*,cart:.*", "--against", "shop-later.rdb",
        "--format", "json", "--fail-if", "changed>5", "--fail-if", "deleted>1",
      ] + noon
    ),
    (
      "preview-list",
      [
        "preview", "shop.rdb", "--filter-key", "user:.*,session:0.*", "--against",
        "shop-later.rdb", "--list",
      ] + noon
    ),
    ("preview-list-odd", ["preview", "types.rdb", "--db", "1", "--list"] + noon),
    (
      "preview-list-csv",
      [
        "preview", "types.rdb", "--db", "1", "--key-regex", "(?s)[^a-z,]+", "--list",
        "--list-format", "csv",
      ] + noon
    ),
    (
      "preview-list-json",
      [
        "preview", "shop.rdb", "--key-regex", "user:[23].*", "--against", "shop-later.rdb",
        "--list", "--list-format", "json",
      ] + noon
    ),
    (
      "preview-list-none",
      ["preview", "shop.rdb", "--db", "7", "--list", "--list-format", "json"] + noon
    ),
    (
      "preview-type-0",
      ["preview", "shop.rdb", "--restore-type", "0", "--filter-key", "user:1{1,3}"] + noon
    ),
    ("preview-everything", ["preview", "valkey9.rdb", "--key-regex", "(?s).+"] + noon),
    ("preview-json-none", ["preview", "shop.rdb", "--db", "7", "--format", "json"] + noon),
    ("preview-no-ctime", ["preview", "old-redis-2.8.rdb"] + noon),
    (
      "export-locks",
      [
        "export", "shop.rdb", "--filter-key", "lock:.*,user:1", "--restore-time",
        "2026-11-20T10:00:00Z",
      ] + backup
    ),
    (
      "export-pexpireat",
      [
        "export", "shop.rdb", "--key-regex", "lock:checkout:(70|140)", "--restore-time",
        "2026-11-20T10:00:00Z", "--expire-with", "pexpireat",
      ] + backup
    ),
    (
      "export-left-out", ["export", "shop.rdb", "--type", "stream", "--target", "redis:4.0"] + noon
    ),
    (
      "export-old-target",
      ["export", "valkey9.rdb", "--filter-key", "device:2", "--target", "valkey:8.1"] + noon
    ),
    ("export-nothing", ["export", "shop.rdb", "--db", "7"] + noon),
    ("show-hash-twice", ["show", "shop.rdb", "user:1"]),
    ("show-hash-json", ["show", "shop.rdb", "user:1", "--format", "json"]),
    ("show-one-db", ["show", "shop.rdb", "user:1", "--db", "3"]),
    ("show-scores", ["show", "shop.rdb", "leaderboard:odd"]),
    ("show-scores-json", ["show", "shop.rdb", "leaderboard:odd", "--format", "json"]),
    ("show-limit", ["show", "shop.rdb", "leaderboard:all-time", "--limit", "3"]),
    ("show-list", ["show", "shop.rdb", "recent:10"]),
    ("show-set", ["show", "shop.rdb", "tags:colours"]),
    ("show-intset", ["show", "shop.rdb", "tags:lamp"]),
    ("show-string", ["show", "shop.rdb", "user:1:avatar"]),
    ("show-string-json", ["show", "shop.rdb", "user:1:avatar", "--format", "json"]),
    ("show-integer", ["show", "shop.rdb", "counter:orders"]),
    ("show-stream", ["show", "shop.rdb", "events:orders"]),
    ("show-module", ["show", "tair.rdb", "eh:renamed"]),
    ("show-field-expiry", ["show", "valkey9.rdb", "device:partly-expired"]),
    (
      "show-field-expiry-json",
      ["show", "valkey9.rdb", "device:partly-expired", "--format", "json"]
    ),
    ("show-empty-key", ["show", "types.rdb", ""]),
    ("show-escaped-key", ["show", "types.rdb", #"\x1b[31mred\x1B[0m"#]),
    ("show-backslash", ["show", "types.rdb", #"back\\slash"#]),
    ("show-literal", ["show", "types.rdb", #"back\slash"#, "--literal"]),
    ("show-binary-json", ["show", "types.rdb", #"\xff\xfe\x80"#, "--format", "json"]),
    ("show-missing", ["show", "shop.rdb", "no such key"]),
    ("map", ["map", "intrusion.rdb"]),
    ("map-json", ["map", "types.rdb", "--format", "json", "--regions", "3"]),
    ("timeline", ["timeline", "intrusion.rdb", "--hash", "--key-regex", "audit|session:000[12]"]),
    ("timeline-time", ["timeline", "valkey9.rdb", "--sort", "time", "--db", "2"]),
    ("show-hex", ["show", "shop.rdb", "lock:checkout:70", "--hex"]),
    ("show-hex-offset", ["show", "intrusion.rdb", "--offset", "2740", "--hex", "--limit", "32"]),
    ("show-offset", ["show", "intrusion.rdb", "--offset", "2740", "--limit", "1"]),
    ("show-offset-none", ["show", "intrusion.rdb", "--offset", "3"]),
    ("show-deleted", ["show", "types.rdb", "stream:groups", "--deleted"]),
    ("show-deleted-none", ["show", "types.rdb", "stream:mixed", "--deleted"]),
    ("threats", ["threats", "intrusion.rdb"]),
    ("threats-tsv", ["threats", "intrusion.rdb", "--format", "tsv", "--findings", "12"]),
    (
      "threats-json",
      ["threats", "intrusion.rdb", "--format", "json", "--only", "jwt", "--only", "iban"]
    ),
    (
      "threats-reveal",
      ["threats", "intrusion.rdb", "--reveal", "--key-regex", "config:.*", "--threads", "1"]
    ),
    ("threats-none", ["threats", "shop.rdb"]),
    ("rules", ["rules"]),
    ("rules-json", ["rules", "--only", "card-number", "--format", "json"]),
    ("verify-shop", ["verify", "shop.rdb"]),
    ("verify-json", ["verify", "types.rdb", "--format", "json"]),
    ("verify-quick", ["verify", "tair.rdb", "--quick"]),
    ("verify-damaged", ["verify", hurt]),
    ("verify-damaged-json", ["verify", hurt, "--format", "json"]),
    ("salvage-shop", ["salvage", "shop.rdb"]),
    ("salvage-cut", ["salvage", cut]),
    ("salvage-cut-json", ["salvage", cut, "--format", "json"]),
    ("salvage-cut-list", ["salvage", cut, "--as", "list", "--db", "2", "--partial"]),
    ("salvage-onto-input", ["salvage", "shop.rdb", "--as", "rdb", "--output", "shop.rdb"]),
    ("salvage-cut-ndjson", ["salvage", cut, "--as", "ndjson", "--db", "1", "--type", "zset"]),
    ("verify-no-checksum", ["verify", "valkey9.rdb", "--no-checksum"]),
  ]

  @Test("a command on a sample says what it has always said", arguments: runs)
  func transcript(name: String, arguments: [String]) throws {
    let run = try BuiltBinary.run(arguments)
    try Snapshot.check(Snapshot.transcript(arguments, run), name)
  }

  @Test("a call in a file is the same as its parameters as options")
  func requestFile() throws {
    try withTemporaryFolder { folder in
      let sample = BuiltBinary.samples + "/shop.rdb"
      let time = "2026-11-20T10:00:00Z"
      let options = try BuiltBinary.run(
        [
          "preview", sample, "--restore-type", "1", "--restore-time", time, "--filter-key",
          "lock:.*",
        ]
          + Self.noon)
      let texts = [
        #"{"RestoreType":"1","RestoreTime":"\#(time)","FilterKey":"lock:.*","InstanceId":"r-1"}"#,
        "RestoreType=1&RestoreTime=2026-11-20T10%3A00%3A00Z&FilterKey=lock%3A.%2A",
      ]
      for text in texts {
        try write(Array(text.utf8), to: folder + "/call")
        let run = try BuiltBinary.run(
          ["preview", sample, "--request", "call"] + Self.noon, in: folder)
        #expect(run.output == options.output)
        #expect(run.errors == options.errors)
        #expect(run.status == options.status)
        #expect(run.output.contains("full (requested)"))
        let twice = try BuiltBinary.run(
          ["preview", sample, "--request", "call", "--restore-time", time] + Self.noon, in: folder)
        #expect(twice.status == 64)
        #expect(twice.errors.contains("given twice"))
      }
      try write(Array("hello".utf8), to: folder + "/call")
      let broken = try BuiltBinary.run(["preview", sample, "--request", "call"], in: folder)
      #expect(broken.status == 64)
      #expect(broken.errors.contains("neither a JSON object"))
    }
  }

  @Test("a file of keys is read as bytes, line by line, and an empty one selects nothing")
  func keysFile() throws {
    try withTemporaryFolder { folder in
      let sample = BuiltBinary.samples + "/types.rdb"
      let lines = Array("\n".utf8) + [0xff, 0xfe, 0x80] + Array("\r\n\r\nno such key".utf8)
      try write(lines, to: folder + "/k")
      let run = try BuiltBinary.run(
        ["keys", sample, "--keys-file", "k", "--match", "literal"], in: folder)
      #expect(run.status == 0)
      #expect(run.lines.count == 2)
      #expect(run.lines[1].hasPrefix("1\t\\xff\\xfe\\x80\t"))
      try write(Array("a\n\nb(c\n".utf8), to: folder + "/k")
      let broken = try BuiltBinary.run(["keys", sample, "--keys-file", "k"], in: folder)
      #expect(broken.status == 64)
      #expect(broken.errors.hasPrefix("error: KeysFile.Regex[3]: "))
      try write(Array("\n\r\n".utf8), to: folder + "/k")
      let empty = try BuiltBinary.run(["keys", sample, "--keys-file", "k"], in: folder)
      #expect(empty.status == 64)
      #expect(empty.errors.hasPrefix("error: KeysFile.Empty: k has no pattern"))
      let absent = try BuiltBinary.run(["keys", sample, "--keys-file", "no"], in: folder)
      #expect(absent.status == 2)
    }
  }

  @Test(
    "every command that looks at keys ends with 1 if none is selected",
    arguments: ["info", "keys", "preview", "export", "verify", "threats", "timeline"])
  func nothing(command: String) throws {
    let empty = try BuiltBinary.run([command, "shop.rdb", "--filter-key", "no such key"])
    #expect(empty.status == 1)
    #expect(!empty.errors.isEmpty || command == "keys")
    let some = try BuiltBinary.run([command, "shop.rdb", "--filter-key", "user:1"])
    #expect(some.status == 0)
  }

  @Test("each name that --fail-if takes is told by the help, and each is known")
  func guards() throws {
    let help = try BuiltBinary.run(["preview", "--help"]).output
    let start = try #require(help.range(of: "Names: ")?.upperBound)
    let end = try #require(help.range(of: "May be", range: start..<help.endIndex))
    let names = help[start..<end.lowerBound].matches(of: /[a-z_]+(?=[,.;])/)
      .map(\.0)
    #expect(names.count == 16)
    for name in names {
      let run = try BuiltBinary.run(
        ["preview", "shop.rdb", "--against", "shop-later.rdb", "--fail-if", "\(name)>=0"]
          + Self.noon)
      #expect(run.status == 1)
      #expect(run.errors.contains("--fail-if \(name)>=0: there are "))
    }
  }

  @Test(
    "the help of every command fits eighty columns and says what it has always said",
    arguments: [
      "", "info", "keys", "preview", "export", "show", "history", "verify", "salvage", "diff",
      "threats", "rules", "map", "timeline", "stats", "split",
    ])
  func help(command: String) throws {
    let arguments = command.isEmpty ? ["--help"] : [command, "--help"]
    let run = try BuiltBinary.run(arguments)
    #expect(run.status == 0)
    for line in run.lines where !line.hasPrefix("USAGE:") {
      #expect(line.count <= 80, "\(line)")
    }
    try Snapshot.check(
      Snapshot.transcript(arguments, run), "help" + (command.isEmpty ? "" : "-\(command)"))
  }

  @Test("every transcript that is kept belongs to a run")
  func noStrays() throws {
    let names =
      Self.runs.map(\.0) + MisuseTests.runs.map(\.0) + MisuseTests.files.map(\.name)
      + KeyListTests.windows.map { "keys-table-\($0)" }
      + LogTests.snapshots
    #expect(Set(names).count == names.count)
    let kept = try snapshotNames().filter { !$0.hasPrefix("help") }
    #expect(Set(kept).subtracting(names).isEmpty)
  }

  @Test("--version tells the program's version and those of its libraries")
  func version() throws {
    let run = try BuiltBinary.run(["--version"])
    #expect(run.status == 0)
    #expect(run.lines.first?.wholeMatch(of: /rdbsift \d+\.\d+\.\d+/) != nil)
    #expect(run.lines.last?.wholeMatch(of: /PCRE2 \d.*, zlib \d.*, LZ4 \d.*/) != nil)
    #expect(run.lines.count == 2)
  }

  @Test("without a command the program explains itself")
  func bare() throws {
    let run = try BuiltBinary.run([])
    #expect(run.status == 0)
    #expect(run.output == (try BuiltBinary.run(["--help"])).output)
  }
}
