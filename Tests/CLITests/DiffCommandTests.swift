// What `diff` ends with, and what it refuses.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("diff as a command") struct DiffCommandTests {
  @Test("the status says whether the selected keys differ, and --quiet says nothing else")
  func status() throws {
    let same = try BuiltBinary.run(["diff", "shop.rdb", "shop.rdb", "--quiet"])
    #expect(same.status == 0 && same.stdout.isEmpty && same.stderr.isEmpty)
    let other = try BuiltBinary.run(["diff", "shop.rdb", "shop-later.rdb", "-q"])
    #expect(other.status == 1 && other.stdout.isEmpty)
    let some = ["diff", "shop.rdb", "shop-later.rdb", "-q", "--filter-key", "product:.*"]
    #expect(try BuiltBinary.run(some).status == 0)
  }

  @Test("a damaged or missing file ends with 2, whichever side it is, and says what is wrong")
  func damage() throws {
    try withTemporaryFolder { folder in
      var bytes = try readFile(BuiltBinary.samples + "/shop.rdb")
      bytes[bytes.count - 1] ^= 1
      try write(bytes, to: folder + "/sum.rdb")
      try write(Array(bytes.prefix(30_000)), to: folder + "/cut.rdb")
      for name in ["sum.rdb", "cut.rdb", "absent.rdb"] {
        for pair in [["shop.rdb", folder + "/" + name], [folder + "/" + name, "shop.rdb"]] {
          let run = try BuiltBinary.run(["diff", "-q"] + pair)
          #expect(run.status == 2, "\(pair)")
          #expect(run.errors.contains(name), "\(run.errors)")
        }
      }
    }
  }

  @Test("a key that the filter leaves out in the new backup counts as there")
  func filteredType() throws {
    var old = RDBBuilder()
    old.record(0, key: "key", value: [1, 0x61])
    var new = RDBBuilder()
    new.record(1, key: "key", value: [1, 1, 0x61])
    try withTemporaryFolder { folder in
      try write(old.ended(), to: folder + "/old.rdb")
      try write(new.ended(), to: folder + "/new.rdb")
      func changes(_ options: String...) throws -> [String] {
        let files = ["old.rdb", "new.rdb"]
        let run = try BuiltBinary.run(["diff", "--list"] + files + options, in: folder)
        return run.lines.dropFirst().map { String($0.split(separator: "\t").last ?? "") }
      }
      #expect(try changes() == ["changed"])
      #expect(try changes("--type", "list") == ["changed"])
      #expect(try changes("--type", "string") == [])
    }
  }

  @Test("sets and archives are sides too, and rows name their files")
  func sets() throws {
    let line = "mkdir -p $T/a && cp shop.rdb $T/a/ && tar cf $T/b.tar shop-later.rdb types.rdb"
    try withTemporaryFolder { folder in
      _ = try BuiltBinary.shell("T=\(folder); " + line)
      let run = try BuiltBinary.run(["diff", folder + "/a", folder + "/b.tar", "--list"])
      #expect(run.status == 1)
      #expect(run.lines[0].hasPrefix("file\tdb\tkey\t"))
      #expect(run.lines.contains { $0.contains("shop.rdb") && $0.hasSuffix("removed") })
      #expect(run.lines.contains { $0.contains("types.rdb") && $0.hasSuffix("added") })
    }
  }

  @Test(
    "what makes no sense is refused",
    arguments: [
      ["diff", "shop.rdb"], ["diff", "shop.rdb", "shop.rdb", "types.rdb"],
      ["diff", "shop.rdb", "shop.rdb", "--limit", "3"],
      ["diff", "shop.rdb", "shop.rdb", "--list-format", "csv"],
      ["diff", "shop.rdb", "shop.rdb", "--list", "--format", "json"],
      ["diff", "shop.rdb", "shop.rdb", "--list", "--quiet"],
    ])
  func misuse(arguments: [String]) throws {
    let run = try BuiltBinary.run(arguments)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("error: "))
  }

  @Test("changes are exported with deletions only if they are asked for")
  func deletions() throws {
    let line = [
      "export", "shop-later.rdb", "--changed-since", "shop.rdb", "--filter-key", "cart:.*",
    ]
    let now = ["--now", "2026-11-24T12:00:00Z"]
    let plain = try BuiltBinary.run(line + now)
    #expect(plain.status == 0)
    #expect(plain.errors.contains("exported 3 keys, 2 of them only in their expiry, 83 unchanged"))
    #expect(plain.output.contains("PEXPIREAT") && !plain.output.contains("cart:230"))
    let deleting = try BuiltBinary.run(line + now + ["--deletions"])
    #expect(deleting.status == 0)
    #expect(deleting.errors.contains("6 keys of the older backup deleted by the commands"))
    // Two that the new backup lacks, and four that have expired in it.
    for key in ["cart:230", "cart:710"] {
      #expect(deleting.output.contains("UNLINK\r\n$8\r\n\(key)\r\n"))
    }
    for refused in [["--as", "json"], ["--type", "hash"], ["--key-prefix", "x:"]] {
      #expect(try BuiltBinary.run(line + now + ["--deletions"] + refused).status == 64)
    }
    #expect(try BuiltBinary.run(line + now + ["--as", "rdb"]).status == 64)
  }

  @Test(
    "with a limit of memory, several passes say what one says", arguments: ["1", "2K", "15K", "1M"])
  func memoryLimit(limit: String) throws {
    for pair in [
      ["shop.rdb", "shop-later.rdb"], ["shop-later.rdb", "shop.rdb"], ["shop.rdb", "shop.rdb"],
    ] {
      let line = ["diff"] + pair + ["--now", "2026-11-24T12:00:00Z"]
      let whole = try BuiltBinary.run(line + ["--format", "json"])
      let list = try BuiltBinary.run(line + ["--list"])
      for threads in ["1", "3"] {
        let limited = line + ["--memory-limit", limit, "--threads", threads]
        let passes = try BuiltBinary.run(limited + ["--format", "json"])
        #expect(passes.status == whole.status && passes.output == whole.output, "\(passes.errors)")
        let rows = try BuiltBinary.run(limited + ["--list"])
        #expect(rows.lines.sorted() == list.lines.sorted() && rows.lines.first == list.lines.first)
      }
    }
  }
}
