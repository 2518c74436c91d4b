// Append-only logs, from the command line on.

import Foundation
import TestSupport
import Testing

@Suite("Logs at a moment")
struct LogTests {
  static let snapshots =
    ["tsv", "csv", "ndjson", "json"].map { "log-keys-\($0)" } + [
      "log-commands", "log-history", "log-damage", "log-damaged-parts", "log-damage-reports",
      "log-damage-old", "log-info-several",
    ]

  /// Lends a folder with a log in `log`.
  private func withLog(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(folder + "/log")
      try body(folder)
    }
  }

  private func run(_ line: String, in folder: String) throws -> Run {
    try BuiltBinary.run(line.components(separatedBy: " "), in: folder)
  }

  private func keys(_ line: String, in folder: String) throws -> [String] {
    let run = try run("keys " + line, in: folder)
    #expect(run.status == 0, "\(line): \(run.errors)")
    return run.lines.dropFirst().map { $0.components(separatedBy: "\t")[1] }.sorted()
  }

  @Test("keys of a log are those at its end, with a second, or before a place")
  func moments() throws {
    try withLog { folder in
      let cases: [(line: String, keys: [String])] = [
        ("log", ["user:3"]),
        ("log --restore-time 1970-01-01T00:01:40Z", ["old", "stock", "user:1", "user:2"]),
        ("log --restore-time 1970-01-01T00:03:19Z", ["stock", "user:1", "user:2"]),
        ("log --cut a.aof.2.incr.aof:\(WrittenLog.flush)", ["stock", "user:1"]),
        ("log --cut-commands 2", ["old", "stock", "user:1", "user:2"]),
        ("log --base-only", ["old", "stock", "user:1"]),
      ]
      for (line, expected) in cases {
        let found = try keys(line, in: folder)
        #expect(found == expected, "\(line)")
      }
    }
  }

  @Test("rows name the command that changed a key last, and a row of the base its offset")
  func rows() throws {
    try withLog { folder in
      for format in ["tsv", "csv", "ndjson", "json"] {
        let run = try run(
          "keys log --cut a.aof.2.incr.aof:\(WrittenLog.flush) --format \(format)", in: folder)
        try Snapshot.check(run.output, "log-keys-\(format)")
      }
    }
  }

  @Test("every reader of keys takes a log: info, show, preview and export")
  func commands() throws {
    try withLog { folder in
      let cut = "--cut a.aof.2.incr.aof:\(WrittenLog.flush)"
      var text = ""
      for line in [
        "info log --now 2026-11-24", "show log stock \(cut)", "show log user:1 \(cut)",
        "show log user:1",
        "preview log \(cut) --restore-time 1970-01-01T00:03:20Z --restore-type 1 "
          + "--filter-key user:.* --now 2026-11-24",
        "export log \(cut) --filter-key user:.*",
      ] {
        let run = try run(line, in: folder)
        text += "$ rdbsift \(line)\n\(run.output)--- \(run.status)\n\(run.errors)\n"
      }
      try Snapshot.check(text, "log-commands")
    }
  }

  @Test("an RDB file of a moment has the keys, the time and the functions of the moment")
  func rdbFile() throws {
    try withLog { folder in
      let made = try run(
        "export log --restore-time 1970-01-01T00:01:40Z --as rdb --output made.rdb", in: folder)
      #expect(made.status == 0, "\(made.errors)")
      let found = try keys("made.rdb", in: folder)
      #expect(found == ["stock", "user:1", "user:2"])
      let info = try run("info made.rdb --format json", in: folder)
      #expect(info.output.contains("\"created_ms\": 100000"))
      let check = try run("verify made.rdb", in: folder)
      #expect(check.status == 0)
    }
  }

  @Test("absent keys are counted, and deleted only if that is asked for")
  func deletions() throws {
    try withLog { folder in
      let line =
        "export log --restore-time 1970-01-01T00:03:20Z --filter-key user:.* --target redis:7.0"
      var run = try run(line, in: folder)
      #expect(!run.output.contains("UNLINK"))
      #expect(
        run.errors.contains(
          "3 selected keys are absent at 1970-01-01 00:03:20Z; --deletions removes them"))
      run = try self.run(line + " --deletions", in: folder)
      #expect(run.status == 0)
      let deleted = run.output.components(separatedBy: "UNLINK\r\n").dropFirst()
        .map { $0.components(separatedBy: "\r\n")[1] }
      #expect(deleted == ["user:1", "user:2", "user:3"])
      run = try self.run(line + " --deletions --type hash", in: folder)
      #expect(run.status == 64)
    }
  }

  @Test("keys whose value is not known are named, left out, and not deleted")
  func unknownKeys() throws {
    try withTemporaryFolder { folder in
      try WrittenLog.make(
        folder + "/log",
        commands: WrittenLog.bytes("SELECT 0", "TS.INCRBY user:1 5", "SET user:2 x", "DEL user:2"))
      let run = try run("export log --deletions", in: folder)
      #expect(run.status == 1)
      #expect(
        run.errors.contains(
          "warning: user:1 (db 0): left out, its value is unknown after TS.INCRBY at byte 23 of "
            + "a.aof.2.incr.aof: the effect of this command is not known"))
      #expect(run.output.contains("UNLINK\r\n$6\r\nuser:2"))
      #expect(!run.output.contains("user:1"))
    }
  }

  @Test("a preview counts absent keys, and those that the end of the log has")
  func absentInPreview() throws {
    try withLog { folder in
      // At the second 200 all users are gone; user:3 comes back at 300.
      let line =
        "preview log --restore-time 1970-01-01T00:03:20Z --filter-key user:.* --now 2026-11-24"
      let run = try run(line, in: folder)
      #expect(
        run.output.contains(
          "3 selected keys are absent at the restore time; 1 of them exists at the end of the log: a "
            + "restore to the original instance deletes it, export with --deletions too"))
      let json = try self.run(line + " --format json", in: folder)
      #expect(json.output.contains("\"absent_keys\": 3"))
      #expect(json.output.contains("\"absent_keys_at_log_end\": 1"))
      let typed = try self.run(line + " --type hash --format json", in: folder)
      #expect(typed.output.contains("\"absent_keys\": null"))
    }
  }

  @Test("reports name all keys whose value is not known, with the command that did it")
  func unknownInReports() throws {
    try withTemporaryFolder { folder in
      let writes = (0..<80).map { "SET k\($0) 1" } + (0..<80).map { "TS.INCRBY k\($0) 5" }
      try WrittenLog.make(
        folder + "/log",
        commands: writes.reduce(WrittenLog.bytes("SELECT 0")) { $0 + WrittenLog.bytes($1) })
      let made = try run(
        "export log --output out --report report.json --now 1970-01-01", in: folder)
      #expect(made.status == 1 && made.errors.contains("30 more keys are left out"))
      let export =
        try JSONSerialization.jsonObject(
          with: Data(try readFile(folder + "/report.json"))) as? [String: Any]
      let info =
        try JSONSerialization.jsonObject(
          with: Data(try run("info log --format json", in: folder).stdout)) as? [String: Any]
      for report in [export?["report"] as? [String: Any], info] {
        #expect(report?["unknown_keys"] as? Int == 80)
        let rows = report?["unknown"] as? [[String: Any]] ?? []
        #expect(rows.map { $0["key"] as? String } == (0..<80).map { "k\($0)" })
        #expect(rows.first?["command"] as? String == "TS.INCRBY")
        #expect(rows.first?["log_file"] as? String == "a.aof.2.incr.aof")
        #expect(rows.first?["log_offset"] as? Int ?? 0 > 80 * 20)
      }
    }
  }

  @Test("several logs are one backup of as many servers, and info says what each covers")
  func severalLogs() throws {
    try withTemporaryFolder { folder in
      for name in ["one", "two"] {
        try WrittenLog.make(
          "\(folder)/\(name)",
          commands: WrittenLog.bytes(
            "#TS:100", "SELECT 0", "SET \(name) 1", "#TS:200", "DEL stock", "DEL user:1"))
      }
      let run = try run("info one two --now 2026-11-24", in: folder)
      try Snapshot.check(run.output + run.errors, "log-info-several")
      let json =
        try JSONSerialization.jsonObject(
          with: Data(try self.run("info one two --format json", in: folder).stdout))
        as? [String: Any]
      let files = json?["files"] as? [[String: Any]] ?? []
      #expect(files.map { $0["commands"] as? Int } == [4, 4])
      #expect(files.map { $0["last_stamp_ms"] as? Int } == [200_000, 200_000])
      // The base and what the log changed are not two servers.
      let set = json?["set"] as? [String: Any]
      #expect((set?["findings"] as? [Any])?.isEmpty ?? false, "\(set ?? [:])")
      #expect(set?["file_count"] as? Int == 2)
      let alone = try self.run("stats one", in: folder)
      #expect(!alone.errors.contains("Set."))
    }
  }

  @Test("an old log is one file, with or without an RDB part, packed or from a pipe")
  func oldLogs() throws {
    try withTemporaryFolder { folder in
      var builder = RDBBuilder("REDIS0009")
      builder.aux("aof-preamble", "1")
      builder.selectDB(0)
      builder.string(key: "first", value: "1")
      let log = builder.ended() + WrittenLog.bytes("SELECT 0", "SET second 2")
      try write(log, to: folder + "/appendonly.aof")
      try write(WrittenLog.bytes("SELECT 0", "SET second 2"), to: folder + "/text.aof")
      let found = try keys("appendonly.aof", in: folder) + keys("text.aof", in: folder)
      #expect(found == ["first", "second", "second"])
      for line in [
        "gzip -c appendonly.aof > a.gz; rdbsift keys a.gz", "cat appendonly.aof | rdbsift keys -",
        "rdbsift keys <(cat appendonly.aof)",
      ] {
        let run = try BuiltBinary.shell(line, in: folder)
        #expect(run.lines.count == 3, "\(line): \(run.errors)")
      }
    }
  }
}
