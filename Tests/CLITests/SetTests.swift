// Several files as one backup, from the command line on.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("Sets of files")
struct SetTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]

  /// Strings in a file that was begun at a moment.
  private static func file(
    _ keys: [String], created: Int = 1_795_500_000, expiring: Bool = false
  ) -> [UInt8] {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("redis-ver", "5.0.14")
    builder.aux("ctime", String(created))
    builder.selectDB(0)
    builder.resizeDB(keys: UInt64(keys.count), expires: expiring ? UInt64(keys.count) : 0)
    for key in keys {
      if expiring { builder.expireMS(1_795_510_000_000) }
      builder.string(key: key, value: "value of \(key)")
    }
    return builder.ended()
  }

  private static func slot(_ key: String) -> Int {
    Array(key.utf8).withRawSpan { Int(HashSlot(of: $0).rawValue) }
  }

  private static let keys = (0..<900).map { "user:\($0 * 7919)" }
  /// The keys of three shards.
  private static let parts = (0..<3).map { part in
    keys.filter { slot($0) * 3 / HashSlot.count == part }
  }

  /// Lends a folder with the shards of a cluster.
  private func withCluster(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/set", withIntermediateDirectories: true)
      for (index, keys) in SetTests.parts.enumerated() {
        try write(
          SetTests.file(keys, created: 1_795_500_000 + index),
          to: "\(folder)/set/shard-\(index).rdb")
      }
      try body(folder)
    }
  }

  /// The words of a command line at one moment; a map knows none.
  private static func words(_ line: String) -> [String] {
    line.components(separatedBy: " ") + (line.hasPrefix("map") ? [] : now)
  }

  private func run(_ line: String, in folder: String) throws -> Run {
    try BuiltBinary.run(SetTests.words(line), in: folder)
  }

  private func report(_ line: String, in folder: String) throws -> JSONNode {
    let run = try run(line + " --format json", in: folder)
    return JSONNode(try JSONSerialization.jsonObject(with: Data(run.stdout)))
  }

  @Test("a whole cluster is told as one, without a warning")
  func info() throws {
    try withCluster { folder in
      let run = try run("info set", in: folder)
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(run.lines[0] == "set              3 files")
      let report = try report("info set", in: folder)
      #expect(report["set"]["keys"].int == SetTests.keys.count)
      let json = try self.run("info set --format json", in: folder).output
      #expect(json.contains("\"is_cluster\": true"))
      #expect(report["files"].elements.map { $0["keys"].int } == SetTests.parts.map(\.count))
      #expect(report["set"]["findings"].elements.isEmpty)
    }
  }

  @Test("what is wrong with a set is told with the files' names, and decides the status")
  func findings() throws {
    try withCluster { folder in
      let extra = SetTests.parts[0][7]
      try write(
        SetTests.file(SetTests.parts[1] + [extra], created: 1_795_504_000),
        to: folder + "/set/shard-1.rdb")
      let run = try run("info set/shard-0.rdb set/shard-1.rdb", in: folder)
      #expect(run.status == 1)
      let lines = run.errors.components(separatedBy: "\n")
      try #require(lines.count == 5, "\(run.errors)")
      #expect(lines[0].hasPrefix("warning: Set.SlotsMissing: no file has keys in "))
      #expect(
        lines[1]
          == "warning: Set.SlotsOverlap: set/shard-0.rdb and set/shard-1.rdb both have keys in slot "
          + "\(SetTests.slot(extra))")
      #expect(lines[2].hasPrefix("warning: Set.SavedApart: set/shard-1.rdb was saved 1 h 6 min "))
      let first = "set/shard-0.rdb byte "
      #expect(lines[3].hasPrefix("error: key \(extra) (db 0) is in two files: \(first)"))
      // The places are those that each file's own list gives.
      for name in ["set/shard-0.rdb", "set/shard-1.rdb"] {
        let rows = try self.run("keys \(name) --format ndjson", in: folder).lines
        let row = try #require(rows.first { $0.contains("\"\(extra)\"") })
        let offset = JSONNode(try JSONSerialization.jsonObject(with: Data(row.utf8)))["offset"].int
        let spelled = try #require(offset).formatted(.number.locale(Locale(identifier: "en_US")))
        #expect(lines[3].contains("\(name) byte \(spelled)"))
      }
      #expect(try self.run("verify set", in: folder).status == 1)
      let preview = try self.run("preview set", in: folder)
      #expect(preview.status == 1 && preview.errors.contains("is in two files"))
    }
  }

  @Test("nothing is exported where two files would replay the same key")
  func refusedExport() throws {
    try withCluster { folder in
      let extra = SetTests.parts[2][0]
      try write(
        SetTests.file(SetTests.parts[0] + [extra]), to: folder + "/set/shard-0.rdb")
      let run = try run("export set --output out.resp", in: folder)
      #expect(run.status == 2)
      #expect(run.errors.hasSuffix("error: nothing was written\n"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/out.resp"))
      // Without that key there is nothing to refuse.
      let without = try BuiltBinary.run(
        ["export", "set", "--exclude", extra] + SetTests.now, in: folder)
      #expect(without.status == 0)
      #expect(try RESPText.commands(without.stdout) == SetTests.keys.count - 1 + 3)
    }
  }

  @Test(
    "output is that of the files one after the other, for any number of threads",
    arguments: [
      "export", "export --as restore", "export --as ndjson", "export --as json",
      "keys --format tsv", "keys --format csv", "keys --format json", "keys --format ndjson",
      "keys --limit 400", "export --limit 500 --as ndjson", "preview", "info", "verify",
      "preview --filter-key user:1.* --format json", "map", "map --format json", "timeline",
      "timeline --sort time --limit 400", "threats", "threats --format tsv",
      "salvage --format json",
    ])
  func threads(command: String) throws {
    try withCluster { folder in
      let words = SetTests.words(command) + ["set"]
      let one = try BuiltBinary.run(words + ["--threads", "1"], in: folder)
      #expect(one.status == 0 && !one.stdout.isEmpty)
      for threads in ["2", "4"] {
        let more = try BuiltBinary.run(words + ["--threads", threads], in: folder)
        #expect(more.stdout == one.stdout && more.stderr == one.stderr)
      }
    }
  }

  @Test("commands of a set are those of its files, and a preview counts them")
  func commands() throws {
    try withCluster { folder in
      let all = try run("export set", in: folder)
      let each = try (0..<3).map { try run("export set/shard-\($0).rdb", in: folder) }
      #expect(all.stdout == each.flatMap(\.stdout))
      #expect(all.errors == "exported 900 keys\n")
      let report = try report("preview set", in: folder)
      #expect(report["export"]["commands"].int == (try RESPText.commands(all.stdout)))
      #expect(report["export"]["output_bytes"].int == all.stdout.count)
      #expect(
        report["files"].elements.map { $0["restored"]["keys"].int } == SetTests.parts.map(\.count))
      #expect(report["restore_time_ms"].int == 1_795_500_002_000)
    }
  }

  @Test("rows tell their file, a limit counts over all files, and one file tells nothing new")
  func rows() throws {
    try withCluster { folder in
      let limit = SetTests.parts[0].count + 1
      let rows = try run("keys set --format tsv --limit \(limit)", in: folder).lines
      #expect(rows[0].hasPrefix("file\tdb\tkey\t"))
      #expect(rows.count == limit + 1)
      #expect(rows[1].hasPrefix("set/shard-0.rdb\t0\t\(SetTests.parts[0][0])\t"))
      #expect(rows[limit].hasPrefix("set/shard-1.rdb\t0\t\(SetTests.parts[1][0])\t"))
      let csv = CSVText.rows(try run("keys set --format csv", in: folder).stdout)
      #expect(csv.allSatisfy { $0.count == csv[0].count })
      let json = try run("keys set --format json", in: folder)
      let array = JSONNode(try JSONSerialization.jsonObject(with: Data(json.stdout)))
      #expect(array.elements.count == SetTests.keys.count)
      #expect(array.elements.last?["file"].text == "set/shard-2.rdb")
      let values = try run("export set --as ndjson", in: folder).lines
      let row = JSONNode(try JSONSerialization.jsonObject(with: Data(values[0].utf8)))
      #expect(row["file"].text == "set/shard-0.rdb")
      #expect(row["value"].text == "value of \(SetTests.parts[0][0])")
      #expect(try run("keys set/shard-0.rdb", in: folder).lines[0].hasPrefix("db\tkey"))
    }
  }

  @Test("a key is found in whichever file has it")
  func show() throws {
    try withCluster { folder in
      let key = SetTests.parts[1][3]
      let run = try BuiltBinary.run(["show", "set", key], in: folder)
      #expect(run.status == 0)
      #expect(run.lines[0] == "file         set/shard-1.rdb")
      #expect(run.lines.last == "value of \(key)")
      let raw = try BuiltBinary.run(
        ["show", "set/shard-0.rdb", "set/shard-1.rdb", key, "--format", "raw"], in: folder)
      #expect(raw.output == "value of \(key)")
      let none = try BuiltBinary.run(["show", "set", "nobody"], in: folder)
      #expect(none.status == 1 && none.errors == "error: no key nobody in 3 files\n")
    }
  }

  @Test("a list and an archive are sets, and give what the directory gives")
  func otherForms() throws {
    try withCluster { folder in
      let names = (0..<3).map { "set/shard-\($0).rdb" }
      try write(Array((names.joined(separator: "\n") + "\n").utf8), to: folder + "/list")
      let members = try names.map { Packed.Member($0, try readFile(folder + "/" + $0)) }
      try write(Packed.gzip(Packed.tar(members)), to: folder + "/all.tgz")
      let commands = try run("export set", in: folder).stdout
      #expect(try run("export @list", in: folder).stdout == commands)
      #expect(try run("export all.tgz", in: folder).stdout == commands)
      #expect(try run("export all.tgz --member set/shard-0.rdb", in: folder).status == 0)
    }
  }

  @Test("a damaged file is told, the others are still told of, and nothing is exported")
  func damage() throws {
    try withCluster { folder in
      let whole = try readFile(folder + "/set/shard-1.rdb")
      try write(Array(whole.prefix(whole.count / 2)), to: folder + "/set/shard-1.rdb")
      let info = try run("info set", in: folder)
      #expect(info.status == 2)
      #expect(info.output.contains("set/shard-2.rdb") && info.errors.contains("set/shard-1.rdb"))
      let export = try run("export set -o out", in: folder)
      #expect(export.status == 2 && !FileManager.default.fileExists(atPath: folder + "/out"))
      let verify = try run("verify set", in: folder)
      #expect(verify.status == 1)
      #expect(verify.output.contains("3 files: 1 not sound"))
      let rows = try run("keys set", in: folder)
      #expect(rows.status == 2)
      #expect(!rows.output.contains("set/shard-2.rdb"))
    }
  }

  @Test("maps, timelines, traces and gaps of a set are those of its files, each with its name")
  func forensics() throws {
    try withCluster { folder in
      try write(
        SetTests.file(["crackit", "harmless"], expiring: true), to: folder + "/set/shard-3.rdb")
      let names = (0..<4).map { "set/shard-\($0).rdb" }
      let maps = try names.map { "\($0)\n" + (try run("map \($0)", in: folder).output) }
      #expect(try run("map set", in: folder).output == maps.joined(separator: "\n"))
      let lines = try names.map { try run("timeline \($0)", in: folder).lines }
      let all = try run("timeline set", in: folder).lines
      #expect(all == [lines[0][0]] + lines.flatMap { $0.dropFirst() })
      let sorted = try run("timeline set --sort time", in: folder).lines.dropFirst()
      #expect(sorted.map { $0.prefix(29) } == all.dropFirst().map { $0.prefix(29) }.sorted())
      let threats = try run("threats set --format tsv", in: folder)
      #expect(threats.status == 1 && threats.lines.count == 2)
      #expect(threats.lines[0].hasPrefix("file\tseverity\t"))
      #expect(threats.lines[1].hasPrefix("set/shard-3.rdb\thigh\tkey-crackit\t"))
      #expect(
        try run("threats set", in: folder).lines.last == "4 files: 1 finding in 902 keys")
      let salvage = try report("salvage set", in: folder)
      #expect(salvage["files"].elements.map { $0["file"].text } == names)
      #expect(try run("salvage set", in: folder).status == 0)
      let cut = try readFile(folder + "/" + names[1])
      try write(Array(cut.dropLast(20)), to: folder + "/" + names[1])
      #expect(try run("salvage set", in: folder).status == 1)
      // The other files are told of all the same.
      for command in ["map", "threats", "timeline"] {
        let run = try run("\(command) set", in: folder)
        #expect(run.status == 2 && run.errors.contains(names[1]), "\(command)")
        #expect(run.output.contains(names[3]) == (command != "timeline"), "\(command)")
      }
    }
  }

  @Test("a list of what becomes of a set's keys is that of its files, with their names")
  func previewList() throws {
    try withCluster { folder in
      let names = (0..<3).map { "set/shard-\($0).rdb" }
      for format in ["tsv", "ndjson"] {
        let options = "--list --list-format \(format)"
        let each = try names.map { try run("preview \($0) \(options)", in: folder).lines }
        let all = try run("preview set \(options)", in: folder).lines
        let rows = zip(names, each).flatMap { name, lines in
          format == "tsv"
            ? lines.dropFirst().map { "\(name)\t\($0)" }
            : lines.map { "{\"file\":\"\(name)\",\($0.dropFirst())" }
        }
        #expect(all == (format == "tsv" ? ["file\t\(each[0][0])"] : []) + rows)
      }
      let json = try run("preview set --list --list-format json", in: folder)
      let array = JSONNode(try JSONSerialization.jsonObject(with: Data(json.stdout)))
      #expect(array.elements.count == SetTests.keys.count)
    }
  }

  @Test("a set is compared with a fresh one, and with one file")
  func against() throws {
    try withCluster { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/now", withIntermediateDirectories: true)
      let later = [
        SetTests.parts[0], Array(SetTests.parts[1].dropFirst(3)), SetTests.parts[2] + ["new"],
      ]
      for (index, keys) in later.enumerated() {
        try write(SetTests.file(keys), to: "\(folder)/now/\(index).rdb")
      }
      let effects = try report("preview set --against now", in: folder)["against"]
      #expect(effects["file"].text == "3 files")
      #expect(effects["created"]["keys"].int == 3)
      #expect(effects["unchanged"]["keys"].int == SetTests.keys.count - 3)
      #expect(effects["deleted"]["keys"].int == 1)
      for format in ["tsv", "json"] {
        let line = "preview set --against now --list --list-format \(format)"
        let text = try run(line + " --threads 1", in: folder).output
        #expect(try run(line + " --threads 3", in: folder).output == text)
        guard format == "json" else { continue }
        let rows = JSONNode(try JSONSerialization.jsonObject(with: Data(text.utf8))).elements
        #expect(rows.count == SetTests.keys.count + 1)
        #expect(rows.last?["file"].text == "now/2.rdb" && rows.last?["effect"].text == "deleted")
      }
      // One file of what was, one of what is.
      let one = try report("preview set/shard-0.rdb --against now", in: folder)["against"]
      #expect(one["created"]["keys"].int == 0)
      #expect(one["deleted"]["keys"].int == SetTests.keys.count - 3 + 1 - SetTests.parts[0].count)
      let other = try report("preview set --against now/0.rdb", in: folder)["against"]
      #expect(other["created"]["keys"].int == SetTests.keys.count - SetTests.parts[0].count)
      #expect(other["deleted"]["keys"].int == 0)
    }
  }

  @Test("a set becomes one RDB file, which tells how many keys it has and is sound")
  func oneFile() throws {
    try withCluster { folder in
      var expiring = RDBBuilder("REDIS0009")
      for database in [0, 3] as [UInt64] {
        expiring.selectDB(database)
        expiring.expireMS(1_895_510_000_000)
        expiring.string(key: "expiring", value: "later")
      }
      try write(expiring.ended(), to: folder + "/set/x.rdb")
      let run = try run("export set --as rdb --output one.rdb", in: folder)
      #expect(run.status == 0 && run.errors == "exported 902 keys\n")
      let verify = try BuiltBinary.run(["verify", "one.rdb"], in: folder)
      #expect(verify.status == 0 && verify.output.hasSuffix("one.rdb: sound, 902 keys\n"))
      let columns = { (lines: [String], first: Int) in
        lines.dropFirst().map { $0.components(separatedBy: "\t")[first...(first + 5)].joined() }
      }
      let all = try columns(self.run("keys set", in: folder).lines, 1)
      #expect(try columns(self.run("keys one.rdb", in: folder).lines, 0) == all)
      let values = try ["set", "one.rdb"].map {
        try RESPText.commands(self.run("export \($0)", in: folder).stdout)
      }
      // A SELECT for each file.
      #expect(values[0] == values[1] + 3)
      for threads in ["1", "4"] {
        let again = try BuiltBinary.run(
          ["export", "set", "--as", "rdb", "--threads", threads] + SetTests.now, in: folder)
        #expect(again.stdout == (try readFile(folder + "/one.rdb")))
      }
      // What the keys are selected by counts for what is told of them.
      _ = try self.run("export set --as rdb --limit 500 -o some.rdb", in: folder)
      #expect(
        try BuiltBinary.run(["verify", "some.rdb"], in: folder).output
          .hasSuffix("some.rdb: sound, 500 keys\n"))
    }
  }

  @Test("a set is taken apart by slots in one sweep", arguments: ["resp", "rdb"])
  func partition(format: String) throws {
    try withCluster { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/out", withIntermediateDirectories: true)
      let run = try run("export set --as \(format) --partition slots:2 --out-dir out", in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let manifest = JSONNode(
        try JSONSerialization.jsonObject(with: Data(readFile(folder + "/out/manifest.json"))))
      #expect(manifest["keys"].int == SetTests.keys.count)
      for part in manifest["parts"].elements {
        let path = "out/" + (try #require(part["file"].text))
        if format == "rdb" {
          let verify = try BuiltBinary.run(["verify", path], in: folder)
          #expect(verify.status == 0)
          #expect(verify.output.hasSuffix("sound, \(try #require(part["keys"].int)) keys\n"))
        } else {
          let commands = try RESPText.commands(readFile(folder + "/" + path))
          #expect(commands == (try #require(part["keys"].int)) + 1)
        }
      }
    }
  }

  @Test("files that cannot be one RDB file are refused, and nothing is written")
  func refusedFile() throws {
    try withCluster { folder in
      var other = RDBBuilder("VALKEY080")
      other.selectDB(0)
      other.string(key: "valkey", value: "v")
      try write(other.ended(), to: folder + "/set/y.rdb")
      let run = try run("export set --as rdb --output one.rdb", in: folder)
      #expect(run.status == 2)
      #expect(run.errors.contains("the files are not all in one format"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/one.rdb"))
    }
  }

  @Test("salvage writes one backup")
  func forOne() throws {
    try withCluster { folder in
      let run = try run("salvage --as resp set", in: folder)
      #expect(run.status == 64, "\(run.errors)")
      #expect(run.errors.contains("--as takes a single file"))
    }
  }
}
