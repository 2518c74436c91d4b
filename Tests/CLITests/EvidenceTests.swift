// What makes a run evidence: hashes, reports that are the same every time, and lines that no key
// breaks out of.

import Foundation
import TestSupport
import Testing

@Suite("Evidence")
struct EvidenceTests {
  private static let sample = BuiltBinary.samples + "/intrusion.rdb"

  @Test(
    "every command tells the hash of its input, of a container and of what a pipe brings",
    arguments: [
      ["info"], ["keys"], ["keys", "--limit", "1"], ["verify"], ["verify", "--quick"], ["preview"],
      ["map"], ["timeline"], ["threats"], ["salvage"], ["salvage", "--as", "list"],
      ["export"], ["export", "--as", "rdb"],
      ["show", "backup1"],
    ])
  func hash(command: [String]) throws {
    let bytes = try readFile(Self.sample)
    try withTemporaryFolder { folder in
      let files: [(name: String, bytes: [UInt8])] = [
        ("plain.rdb", bytes), ("packed.gz", Packed.gzip(bytes)),
        // Bytes behind what is read are hashed as well.
        ("archive.tar", Packed.tar([.init("dump.rdb", bytes), .init("more", [UInt8](1...200))])),
        ("trailing.rdb", bytes + [UInt8](repeating: 7, count: 70_000)),
        ("cut.gz", Array(Packed.gzip(bytes).prefix(1500))),
        ("damaged.tar", Array(Packed.tar([.init("dump.rdb", bytes)]).prefix(700))),
      ]
      for (name, bytes) in files {
        try write(bytes, to: "\(folder)/\(name)")
        let sum = sha256(bytes)
        let key = command[0] == "show" ? command[1] : ""
        let options = command.dropFirst(command[0] == "show" ? 2 : 1).joined(separator: " ")
        let words = "rdbsift \(command[0])"
        let rest = "\(key) \(options) --hash"
        var lines = [(name, "\(words) \(name) \(rest)"), ("-", "cat \(name) | \(words) - \(rest)")]
        if name == "plain.rdb" { lines.append(("-", "\(words) - \(rest) <\(name)")) }
        for (input, line) in lines {
          let run = try BuiltBinary.shell(line, in: folder)
          let told = run.errors.components(separatedBy: "\n").filter { $0.hasPrefix("sha256 ") }
          #expect(told == ["sha256 \(sum)  \(input)"], "\(line): \(run.errors)")
          #expect(run.status <= 2)
        }
      }
    }
  }

  @Test("reports name the digest of the input, and null where nobody asked")
  func member() throws {
    let sum = sha256(try readFile(Self.sample))
    for command in ["info", "verify", "salvage", "threats", "map", "preview"] {
      let words = [command, Self.sample, "--format", "json"]
      for (options, expected) in [(["--hash"], "\"\(sum)\""), ([], "null")] {
        let run = try BuiltBinary.run(words + options)
        #expect(run.lines.contains("  \"sha256\": \(expected),"), "\(command)")
      }
    }
  }

  @Test("each file of a set is hashed once, an archive for all of its members")
  func set() throws {
    let (one, other) = try (readFile(Self.sample), readFile(BuiltBinary.samples + "/tair.rdb"))
    try withTemporaryFolder { folder in
      let archive = Packed.gzip(Packed.tar([.init("a.rdb", one), .init("b.rdb", other)]))
      try write(archive, to: folder + "/set.tar.gz")
      try write(one, to: folder + "/c.rdb")
      for command in ["info", "verify", "keys", "map", "threats", "timeline", "salvage"] {
        let run = try BuiltBinary.run([command, "set.tar.gz", "c.rdb", "--hash"], in: folder)
        let told = run.errors.components(separatedBy: "\n").filter { $0.hasPrefix("sha256 ") }
        #expect(
          told == ["sha256 \(sha256(archive))  set.tar.gz", "sha256 \(sha256(one))  c.rdb"],
          "\(command): \(run.errors)")
      }
      for line in ["set.tar.gz --hash", "- --hash <set.tar.gz", "plain.tar --hash"] {
        try write(
          Packed.tar([.init("a.rdb", one), .init("b.rdb", other)]), to: "\(folder)/plain.tar")
        let run = try BuiltBinary.shell("rdbsift keys \(line)", in: folder)
        let input = try readFile(
          "\(folder)/\(line.hasPrefix("plain") ? "plain.tar" : "set.tar.gz")")
        #expect(run.errors.contains("sha256 \(sha256(input))  "), "\(line): \(run.errors)")
      }
      for command in ["info", "verify", "map", "threats", "salvage"] {
        _ = try BuiltBinary.run(
          [command, "set.tar.gz", "c.rdb", "--report", "\(command).json"], in: folder)
        let report = try readFile("\(folder)/\(command).json")
        let whole = try JSONSerialization.jsonObject(with: Data(report)) as? [String: Any]
        let inputs = whole?["inputs"] as? [[String: Any]]
        #expect(
          inputs?.compactMap { $0["sha256"] as? String } == [sha256(archive), sha256(one)])
      }
    }
  }

  @Test("the input's time of access stays as it was")
  func accessTime() throws {
    try withTemporaryFolder { folder in
      let bytes = try readFile(Self.sample)
      try write(bytes, to: folder + "/a.rdb")
      try write(Packed.gzip(bytes), to: folder + "/b.gz")
      // Read before it was written: so a system that keeps such times at all moves them.
      let prepare = "touch -a -d 2001-01-01 a.rdb b.gz; touch -m -d 2002-02-02 a.rdb b.gz"
      let times = "stat -c %X a.rdb b.gz"
      let before = try BuiltBinary.shell("\(prepare); \(times)", in: folder).lines
      for command in ["info", "verify", "salvage", "threats", "map", "timeline", "keys", "export"] {
        for name in ["a.rdb", "b.gz"] {
          let run = try BuiltBinary.shell(
            "rdbsift \(command) \(name) --hash >out 2>&1; \(times)", in: folder)
          #expect(run.lines == before, "\(command) \(name)")
        }
      }
    }
  }

  @Test(
    "a report is the same bytes every time, its members in order, without a clock",
    arguments: ["info", "verify", "threats", "map", "salvage"])
  func report(command: String) throws {
    try withTemporaryFolder { folder in
      var reports: [[UInt8]] = []
      for _ in 1...2 {
        let path = folder + "/report.json"
        let run = try BuiltBinary.run([command, Self.sample, "--report", path])
        #expect(run.status <= 1, "\(run.errors)")
        reports.append(try readFile(path))
        try FileManager.default.removeItem(atPath: path)
      }
      #expect(reports[0] == reports[1])
      let whole = try JSONSerialization.jsonObject(with: Data(reports[0])) as? [String: Any]
      let input = whole?["input"] as? [String: Any]
      #expect(input?["sha256"] as? String == sha256(try readFile(Self.sample)))
      #expect(whole?["command"] as? String == command && whole?["report"] != nil)
      // Members of one object have one indentation, and stand between deeper lines.
      let lines = String(decoding: reports[0], as: UTF8.self).components(separatedBy: "\n")
      let names = lines.compactMap { $0.firstMatch(of: /^  "([a-z_0-9]+)":/)?.1 }
      #expect(names.count == 6 && names == names.sorted())
      if command == "info" {
        let report = whole?["report"] as? [String: Any]
        #expect(report?["now_ms"] is NSNull && report?["expired"] is NSNull)
      }
    }
  }

  @Test("a report that would depend on the clock needs a moment")
  func clock() throws {
    try withTemporaryFolder { folder in
      for command in ["info", "verify", "threats", "salvage"] {
        let words = [command, Self.sample, "--report", folder + "/r.json", "--expire", "+1d~"]
        #expect(try BuiltBinary.run(words).status == 64)
        let timed = try BuiltBinary.run(words + ["--now", "2026-11-24T12:00:00Z"])
        #expect(timed.status <= 1)
        let report = String(decoding: try readFile(folder + "/r.json"), as: UTF8.self)
        #expect(!report.contains("null,\n    \"now_ms\": null"))
      }
    }
  }

  /// A file whose keys, fields and libraries want to do things to a terminal or a spreadsheet.
  private func hostile() -> [UInt8] {
    var file = RDBBuilder()
    file.aux("ctime", "1795510952")
    file.raw([245])
    file.string("#!lua name=a\u{1b}[2J\n")
    for key in ["\u{1b}]0;x\u{7}", "a\r\nb,c\"d", "=1+1\u{202e}", "\u{9b}31m"] {
      file.expireMS(1_800_000_000_000)
      file.string(key: key, value: "\u{1b}[31m" + key)
    }
    return file.ended()
  }

  @Test("no key breaks out of the lines of a timeline or of a hex view")
  func escapes() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x.rdb"
      try write(hostile(), to: path)
      let timeline = try BuiltBinary.run(["timeline", path])
      #expect(timeline.status == 0 && timeline.lines.count == 7)
      for line in timeline.lines {
        // Quoted fields hold no quotes but doubled ones, so commas outside of them are what separates.
        let bare = line.replacing(/"([^"]|"")*"/, with: "q")
        #expect(bare.filter { $0 == "," }.count == 7, "\(line)")
      }
      let outputs = [
        timeline, try BuiltBinary.run(["map", path]),
        try BuiltBinary.run(["show", path, "--offset", "80", "--hex"]),
      ]
      for output in outputs {
        let forbidden = output.output.unicodeScalars.filter {
          $0 != "\n" && $0.properties.generalCategory == .control || $0.value == 0x202e
        }
        #expect(forbidden.isEmpty && output.status == 0, "\(output.errors)")
      }
    }
  }

  @Test("a timeline is the same for any number of threads, and sorted it has the same lines")
  func timeline() throws {
    for name in ["valkey9.rdb", "intrusion.rdb", "tair.rdb"] {
      let one = try BuiltBinary.run(["timeline", name, "--threads", "1"])
      let three = try BuiltBinary.run(["timeline", name, "--threads", "3"])
      #expect(one.stdout == three.stdout && one.lines.count > 2, "\(name)")
      let sorted = try BuiltBinary.run(["timeline", name, "--sort", "time"])
      #expect(sorted.lines.first == one.lines.first)
      let times = sorted.lines.dropFirst().map { $0.prefix(29) }
      #expect(times == times.sorted())
      #expect(sorted.lines.sorted() == one.lines.sorted())
    }
  }
}
