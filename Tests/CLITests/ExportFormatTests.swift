// Exports that are no commands, and exports in parts, as their users meet them.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("Exports as files and as values")
struct ExportFormatTests {
  private static let now = ["--now", "2026-11-24T12:00:00Z"]

  @Test(
    "an RDB file is sound, the same bytes for any threads, and holds the selected keys",
    arguments: ["shop.rdb", "types.rdb", "valkey9.rdb", "old-redis-2.8.rdb", "tair.rdb"])
  func rdb(sample: String) throws {
    try withTemporaryFolder { folder in
      let arguments = ["export", sample, "--as", "rdb", "--db", "0"] + Self.now
      let path = folder + "/part.rdb"
      let run = try BuiltBinary.run(arguments + ["-o", path])
      #expect(run.status == 0)
      #expect(run.stdout.isEmpty)
      for threads in ["1", "2", "8"] {
        let other = try BuiltBinary.run(arguments + ["--threads", threads])
        #expect(try other.stdout == readFile(path))
        #expect(other.stderr == run.stderr)
      }
      let verified = try BuiltBinary.run(["verify", path])
      #expect(verified.status == 0)
      let keys = try BuiltBinary.run(["keys", path, "--format", "ndjson"]).lines.count
      let exported = ScannedFile(scanning: try readFile(path)).records.count
      #expect(keys == exported && keys > 0)
      #expect(run.errors.hasPrefix("exported \(keys) keys"))
      let again = try BuiltBinary.run(["export", path, "--as", "rdb"] + Self.now)
      #expect(try again.stdout == readFile(path))
    }
  }

  @Test("no RDB file is written to a terminal", .enabled(if: BuiltBinary.hasTerminals))
  func terminal() throws {
    let run = try BuiltBinary.onTerminal("rdbsift export shop.rdb --as rdb")
    #expect(run.status == 64)
    #expect(run.output.contains("an RDB file is not for a terminal"))
  }

  @Test("a file that cannot be filtered leaves nothing behind, and says why")
  func refused() throws {
    try withTemporaryFolder { folder in
      var file = RDBBuilder("REDIS0009")
      file.record(2, key: "set", value: [1, 1, 0x62])
      file.aux("keydb-subexpire-key", "b")
      file.aux("keydb-subexpire-when", "1900000000000")
      try write(file.ended(), to: folder + "/keydb.rdb")
      let run = try BuiltBinary.run(
        ["export", "keydb.rdb", "--as", "rdb", "-o", "out.rdb"] + Self.now, in: folder)
      #expect(run.status == 2)
      #expect(run.errors.contains("TTLs of members (KeyDB)"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["keydb.rdb"])
    }
  }

  @Test("JSON is one array of the objects that NDJSON has a line for each")
  func json() throws {
    let arguments = ["export", "types.rdb"] + Self.now
    let array = try BuiltBinary.run(arguments + ["--as", "json"])
    let lines = try BuiltBinary.run(arguments + ["--as", "ndjson"])
    #expect(array.status == 0 && lines.status == 0)
    let objects = try JSONSerialization.jsonObject(with: Data(array.stdout)) as? NSArray
    let rows = try lines.lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
    #expect(objects == rows as NSArray)
    #expect(rows.count == 83)
    let none = try BuiltBinary.run(arguments + ["--as", "json", "--db", "9"])
    #expect(none.output == "[\n]\n")
    #expect(none.status == 1)
  }

  @Test("the value of an exported key is the one that show tells")
  func sameAsShow() throws {
    let key = "product:1001"
    let shown = try BuiltBinary.run(["show", "shop.rdb", key, "--format", "json"])
    let exported = try BuiltBinary.run(
      ["export", "shop.rdb", "--as", "ndjson", "--match", "literal", "--key-regex", key]
        + Self.now)
    #expect(!shown.output.isEmpty)
    #expect(exported.output == shown.output)
  }

  @Test("the parts of a partition hold every key once, in files that the manifest describes")
  func partition() throws {
    try withTemporaryFolder { folder in
      let arguments = ["export", "types.rdb", "--type", "string"] + Self.now
      let run = try BuiltBinary.run(
        arguments + ["--partition", "slots:3", "--out-dir", folder, "--threads", "4"])
      #expect(run.status == 0, "\(run.errors)")
      let manifest = try JSONNode(file: folder + "/manifest.json")
      var (keys, bytes, next) = (0, 0, 0)
      for part in manifest["parts"].elements {
        let name = try #require(part["file"].text)
        let content = try readFile(folder + "/" + name)
        #expect(part["sha256"].text == sha256(content))
        #expect(part["size"].int == content.count)
        #expect(part["first_slot"].int == next)
        next = (part["last_slot"].int ?? 0) + 1
        keys += part["keys"].int ?? 0
        bytes += content.count
        let commands = try readCommands(content)
        #expect(commands.first?.name == "SELECT")
        for command in commands where command.name != "SELECT" {
          let slot = command.arguments[1].withRawSpan { HashSlot(of: $0).rawValue }
          #expect(Int(slot) < next && Int(slot) >= part["first_slot"].int ?? .max)
        }
      }
      #expect(next == HashSlot.count)
      #expect(manifest["keys"].int == keys)
      #expect(manifest["size"].int == bytes)
      let whole = try BuiltBinary.run(arguments)
      #expect(whole.errors.hasPrefix("exported \(keys) keys"))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count == 4 && names.allSatisfy { !$0.hasPrefix(".") })
    }
  }

  @Test(
    "a partition may be of payloads or RDB files, and is the same for any threads",
    arguments: ["restore", "rdb"])
  func partitionFormats(format: String) throws {
    try withTemporaryFolder { folder in
      let arguments = ["export", "types.rdb", "--as", format, "--key-prefix", "p:"] + Self.now
      let alone = try BuiltBinary.run(arguments + ["-o", folder + "/whole"])
      var seen: [String: [UInt8]] = [:]
      for threads in ["1", "4"] {
        let run = try BuiltBinary.run(
          arguments + ["--partition", "slots:3", "--out-dir", folder, "--threads", threads])
        #expect(run.status == 0, "\(run.errors)")
        // Function libraries are in a whole file, and belong to no slot.
        let told = alone.errors.split(separator: ",")[0].split(separator: "\n")[0]
        #expect(run.lines.isEmpty && run.errors.hasPrefix(told), "\(run.errors)")
        let manifest = try JSONNode(file: folder + "/manifest.json")
        #expect(manifest["format"].text == format)
        for part in manifest["parts"].elements {
          let name = try #require(part["file"].text)
          let content = try readFile(folder + "/" + name)
          #expect(part["sha256"].text == sha256(content))
          #expect(seen.updateValue(content, forKey: name) ?? content == content)
          guard format == "rdb" else { continue }
          let verified = try BuiltBinary.run(["verify", folder + "/" + name])
          #expect(verified.status == 0 && verified.output.contains("checksum: valid"))
          for record in ScannedFile(scanning: content).records {
            let key = try content.withRawSpan { (span) throws in try record.keyBytes(in: span) }
            let slot = key.withRawSpan { Int(HashSlot(of: $0).rawValue) }
            let last = part["last_slot"].int ?? 0
            #expect(
              key.starts(with: "p:".utf8) && slot <= last && slot >= part["first_slot"].int ?? 0)
          }
        }
      }
      #expect(seen.count == 3)
    }
  }

  @Test("a partition that fails leaves no file")
  func failedPartition() throws {
    try withTemporaryFolder { folder in
      let whole = try readFile(BuiltBinary.samples + "/shop.rdb")
      try write(Array(whole.prefix(30_000)), to: folder + "/cut.rdb")
      let run = try BuiltBinary.run(
        ["export", "cut.rdb", "--partition", "slots:2", "--out-dir", "."] + Self.now, in: folder)
      #expect(run.status == 2)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["cut.rdb"])
    }
  }

  @Test(
    "a partition that means nothing is refused",
    arguments: [
      (["--partition", "slots:0", "--out-dir", "."], "where N is from 1 to 256"),
      (["--partition", "keys:3", "--out-dir", "."], "--partition takes slots:N"),
      (["--partition", "slots:2"], "say where to with --out-dir FOLDER"),
      (["--out-dir", "."], "--out-dir requires --partition"),
      (
        ["--partition", "slots:2", "--out-dir", ".", "--as", "json"],
        "requires --as resp, restore or rdb"
      ),
      (["--partition", "slots:2", "--out-dir", ".", "-o", "x"], "not to --output"),
    ])
  func misuse(arguments: [String], reason: String) throws {
    let run = try BuiltBinary.run(["export", "shop.rdb"] + arguments + Self.now)
    #expect(run.status == 64)
    #expect(run.errors.contains(reason))
  }
}
