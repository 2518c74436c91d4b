// What the input is where it is not one sound RDB file: something before or after it, a transfer that took it
// for text, files beside it that are no backups, layouts of newer servers.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("What the input is")
struct InputKindTests {
  /// Runs the program on a file of these bytes.
  private func run(_ bytes: [UInt8], _ arguments: String...) throws -> Run {
    try withTemporaryFolder { folder in
      try write(bytes, to: folder + "/in.rdb")
      return try BuiltBinary.run([arguments[0], "in.rdb"] + arguments.dropFirst(), in: folder)
    }
  }

  private static func file(_ keys: String...) -> [UInt8] {
    var file = RDBBuilder("REDIS0011")
    for key in keys { file.string(key: key, value: "v\n\n\n") }
    return file.ended()
  }

  private func keys(_ run: Run) -> [String] {
    run.lines.dropFirst().compactMap { line in
      let cells = line.split(separator: "\t")
      return cells.count > 1 ? String(cells[1]) : nil
    }
  }

  @Test("a header further on is named with its offset, and read with --skip")
  func skip() throws {
    let head = Array(
      "HTTP/1.1 200 OK\r\nX-Long: \(String(repeating: "x", count: 300))\r\n\r\n".utf8)
    let bytes = head + Self.file("a", "b")
    let refused = try run(bytes, "info")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("an HTTP response including its headers"))
    #expect(refused.errors.contains("--skip \(head.count)"))
    for command in ["keys", "verify", "info"] {
      #expect(try run(bytes, command, "--skip", "\(head.count)").status == 0)
    }
    #expect(keys(try run(bytes, "keys", "--skip", "\(head.count)")) == ["a", "b"])
    #expect(try run(bytes, "keys", "--skip", "\(bytes.count + 5)").status == 2)
    #expect(try run(bytes, "keys", "--skip", "-1").status == 64)
  }

  @Test("of a pipe bytes are skipped as of a file, plain and packed, and the digest is of all")
  func skipInPipe() throws {
    let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
    let plain = head + Self.file("a", "b")
    try withTemporaryFolder { folder in
      try write(plain, to: folder + "/plain")
      try write(head + Packed.gzip(Self.file("a", "b")), to: folder + "/packed")
      for name in ["plain", "packed"] {
        for command in ["keys -", "verify -", "map -", "salvage - --as rdb", "keys - --hash"] {
          let line = "cat \(name) | rdbsift \(command) --skip \(head.count)"
          let found = try BuiltBinary.shell(line, in: folder)
          #expect(found.status == 0, "\(line): \(found.errors)")
          if command.hasPrefix("keys") { #expect(keys(found) == ["a", "b"], "\(line)") }
        }
        let sums = try BuiltBinary.shell(
          "cat \(name) | rdbsift info - --skip \(head.count) --hash 2>&1 >/dev/null | cut -d' ' -f2; "
            + "rdbsift info \(name) --skip \(head.count) --hash 2>&1 >/dev/null | cut -d' ' -f2; "
            + "sha256sum \(name) | cut -d' ' -f1", in: folder)
        #expect(Set(sums.lines).count == 1 && sums.lines.count == 3, "\(sums.output)")
      }
      let short = try BuiltBinary.shell("cat plain | rdbsift keys - --skip 9999", in: folder)
      #expect(short.status == 2)
    }
  }

  @Test("text that only mentions a header is not read from there")
  func mentions() throws {
    for text in ["see REDIS0010 for the header", "REDISX REDIS0011\n", "a\tREDIS0011\u{e9}t\u{e9}"]
    {
      let found = try run(Array(text.utf8), "info")
      #expect(found.status == 2 && !found.errors.contains("--skip"), "\(found.errors)")
    }
    // Where the file goes on behind the bytes that are looked at, its first opcode decides.
    var file = RDBBuilder("REDIS0011")
    file.aux("long", String(repeating: "x", count: 2000))
    #expect(try run([1, 2, 3] + file.ended(), "info").errors.contains("--skip 3"))
  }

  @Test("a DUMP payload is read as a file with one key, which has the file's name")
  func dump() throws {
    var payload: [UInt8] = [4, 1, 1, 0x66, 2, 0x76, 0x31, 11, 0]
    let sum = payload.withRawSpan { CRC64.update(0, $0) }
    for shift in 0..<8 { payload.append(UInt8(truncatingIfNeeded: sum >> UInt64(8 * shift))) }
    // The line feed is redis-cli's.
    for bytes in [payload, payload + [0x0a]] {
      let found = try run(bytes, "keys")
      #expect(found.status == 0 && keys(found) == ["in.rdb"], "\(found.errors)")
      #expect(found.errors.contains("a DUMP payload"))
      #expect(try run(bytes, "verify").output.contains("sound, 1 key"))
      #expect(try run(bytes, "show", "in.rdb").output.contains("f\tv1"))
      #expect(try run(bytes, "export").output.contains("HSET"))
      try withTemporaryFolder { folder in
        try write(bytes, to: folder + "/f")
        try write(Packed.gzip(bytes), to: folder + "/f.gz")
        for line in [
          "rdbsift show f.gz f.gz", "cat f | rdbsift show - -", "cat f.gz | rdbsift show - -",
        ] {
          let shown = try BuiltBinary.shell(line, in: folder)
          #expect(shown.output.contains("f\tv1"), "\(line): \(shown.errors)")
          #expect(shown.errors.contains("a DUMP payload"))
        }
        let sorted = try BuiltBinary.shell("rdbsift keys - --sort size < f.gz", in: folder)
        #expect(sorted.status == 0 && keys(sorted) == ["-"], "\(sorted.errors)")
      }
    }
    for (place, byte) in [(4, UInt8(0x77)), (7, 0), (0, 99)] {
      var other = payload
      other[place] = byte
      #expect(try run(other, "info").status == 2)
    }
  }

  @Test("another RDB file after the end is named by every command")
  func following() throws {
    let (one, two) = (Self.file("a"), Self.file("b", "c"))
    let commands: [[String]] = [
      ["info"], ["keys"], ["keys", "--sort", "key"], ["stats"], ["preview"], ["preview", "--list"],
      ["export"], ["export", "--as", "rdb"], ["export", "--as", "json"], ["verify"], ["salvage"],
      ["salvage", "--as", "rdb"], ["map"], ["timeline"], ["threats"], ["show", "a"],
    ]
    try withTemporaryFolder { folder in
      try write(one + two, to: folder + "/in.rdb")
      for command in commands {
        let found = try BuiltBinary.run([command[0], "in.rdb"] + command.dropFirst(), in: folder)
        let text = command[0] == "verify" ? found.output : found.errors
        #expect(
          text.components(separatedBy: "another RDB file").count == 2, "\(command): \(text)")
      }
    }
    #expect(keys(try run(one + two, "keys")) == ["a"])
    #expect(keys(try run(one + two, "keys", "--skip", "\(one.count)")) == ["b", "c"])
  }

  @Test("files that follow each other are read as several, plain, packed and from a pipe")
  func concatenated() throws {
    let files = [Self.file("a"), Self.file("b", "c"), Self.file("d")]
    let joined = files.flatMap { $0 }
    try withTemporaryFolder { folder in
      try write(joined, to: folder + "/plain")
      try write(Packed.gzip(joined), to: folder + "/packed")
      try write(Packed.tar([.init("x.rdb", joined)]), to: folder + "/archive")
      for line in [
        "rdbsift keys plain --concatenated", "rdbsift keys packed --concatenated",
        "rdbsift keys archive --concatenated", "cat plain | rdbsift keys - --concatenated",
      ] {
        let found = try BuiltBinary.shell(line + " --columns key", in: folder)
        #expect(found.lines == ["key", "a", "b", "c", "d"], "\(line): \(found.errors)")
        #expect(found.status == 0 && found.errors.isEmpty, "\(line)")
      }
      // Line ends between files are passed over, and --skip names the file behind them.
      let lines = files.enumerated().map { $1 + [UInt8](repeating: 0x0a, count: $0 + 1) }
      try write(lines.flatMap { $0 }, to: folder + "/lines")
      let all = try BuiltBinary.shell(
        "rdbsift keys lines --concatenated --columns key", in: folder)
      #expect(all.lines == ["key", "a", "b", "c", "d"] && all.errors.isEmpty, "\(all.errors)")
      let first = try BuiltBinary.shell("rdbsift keys lines --columns key", in: folder)
      #expect(first.errors.contains("to read it: --skip \(lines[0].count), or --concatenated"))
      let checked = try BuiltBinary.run(["verify", "plain", "--concatenated"], in: folder)
      #expect(checked.output.contains("3 files: all sound, 4 keys"))
      #expect(checked.output.contains("plain@\(files[0].count): sound, 2 keys"))
      // One file is itself.
      try write(files[0], to: folder + "/one")
      let one = try BuiltBinary.run(["verify", "one", "--concatenated"], in: folder)
      #expect(one.output == (try BuiltBinary.run(["verify", "one"], in: folder)).output)
    }
  }

  @Test(
    "what follows the end is named",
    arguments: [
      ([0x0a], "a line end"), ([0, 0, 0], "zeros"), ([1, 2, 3], "unknown data"),
      (Array("*1\r\n$4\r\nPING\r\n".utf8), "AOF commands"),
    ] as [([UInt8], String)])
  func trailing(bytes: [UInt8], name: String) throws {
    let found = try run(Self.file("a") + bytes, "verify")
    #expect(found.status == 0)
    #expect((found.output + found.errors).contains("trailing data (\(name))"))
  }

  @Test("a missing checksum and a missing end are findings of their own")
  func trailer() throws {
    let whole = Self.file("a")
    for missing in 1...8 {
      let found = try run(Array(whole.dropLast(missing)), "verify")
      #expect(found.status == 1 && found.output.contains("[truncated.checksum]"), "\(missing)")
    }
    let cut = try run(Array(whole.dropLast(9)), "verify")
    #expect(cut.output.contains("[truncated.trailer]"))
    #expect(try !run(Array(whole.dropLast(10)), "verify").output.contains("trailer"))
  }

  @Test("a file that went through text mode is named as that, and a sound file is not")
  func textMode() throws {
    var file = RDBBuilder("REDIS0011")
    for number in 0..<30 { file.string(key: "key:\(number)", value: "line\nline\n\u{e9}") }
    file.raw([0, 1, 0x62, 2, 0xc3, 0xa9])
    let whole = file.ended()
    let crlf = whole.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
    let decoded = Array(String(decoding: whole, as: UTF8.self).utf8)
    for command in [
      "info", "verify", "keys", "preview", "export", "timeline", "map", "stats", "threats",
      "salvage",
    ] {
      let said = try run(crlf, command).errors
      let count = said.components(separatedBy: "went through text mode").count - 1
      #expect(count == 1, "\(command): \(said)")
      #expect(try !run(whole, command).errors.contains("text"))
    }
    let mangled = decoded + Array("\u{fffd}\u{fffd}\u{fffd}".utf8)
    #expect(try run(mangled, "verify").errors.contains("U+FFFD"))
  }

  @Test("folders and archives pass over leftovers, and read a linked sibling once")
  func leftovers() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/set", withIntermediateDirectories: true)
      try write(Self.file("a"), to: folder + "/set/dump.rdb")
      try write([0, 5, 0x16, 7], to: folder + "/set/._dump.rdb")
      try write([1, 2, 3], to: folder + "/set/temp-4711.rdb")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/set/latest.rdb", withDestinationPath: "dump.rdb")
      let found = try BuiltBinary.run(["keys", "set"], in: folder)
      #expect(found.status == 0 && keys(found).count == 1, "\(found.errors)")
      for name in ["._dump.rdb", "temp-4711.rdb", "latest.rdb"] {
        #expect(found.errors.contains("\(name) "), "\(name)")
      }
      let packed = try BuiltBinary.shell(
        "cd \(folder) && tar cf all.tar set/._dump.rdb set/temp-4711.rdb set/dump.rdb "
          + "&& rdbsift keys all.tar")
      #expect(packed.status == 0 && keys(packed) == ["a"], "\(packed.errors)")
      #expect(packed.errors.contains("set/._dump.rdb holds macOS metadata"))
      #expect(packed.errors.contains("set/temp-4711.rdb is a temporary file"))
    }
  }

  @Test("a year of any number of digits is text in a timeline")
  func longYears() throws {
    for (expiry, year) in [(Int64.max, "292278994-"), (99_999_999_999_999_999, "3170843-")] {
      var file = RDBBuilder("REDIS0011")
      file.expireMS(expiry)
      file.string(key: "k", value: "v")
      let found = try run(file.ended(), "timeline")
      #expect(!found.stdout.contains(0) && found.output.contains(year))
    }
  }

  @Test(
    "a creation time that no server can have counts as absent",
    arguments: ["0", "4102444800", "1700000000000"])
  func creationTime(text: String) throws {
    var file = RDBBuilder("REDIS0011")
    file.aux("ctime", text)
    file.expireMS(1_800_000_000_000)
    file.string(key: "k", value: "v")
    let now = ["--now", "2026-11-24T12:00:00Z"]
    let shift = ["--time-shift", "2026-11-24T00:00:00Z"]
    try withTemporaryFolder { folder in
      try write(file.ended(), to: folder + "/in.rdb")
      func status(_ more: [String]) throws -> Int32 {
        try BuiltBinary.run(["preview", "in.rdb"] + now + more, in: folder).status
      }
      #expect(try status([]) == 0)
      #expect(try status(shift) == 64)
      let said = try BuiltBinary.run(["export", "in.rdb"] + now, in: folder).errors
      #expect(said.contains("warning: the file's creation time (ctime \(text))"), "\(said)")
      #expect(try status(shift + ["--restore-time", "2026-11-23T00:00:00Z"]) == 0)
    }
  }

  @Test("fewer keys than RESIZEDB says are a note in a file of a server before 5.0")
  func expiredBeforeSaving() throws {
    for (header, verdict) in [("REDIS0008", "note"), ("REDIS0009", "warning")] {
      var file = RDBBuilder(header)
      file.selectDB(0)
      file.raw([251, 3, 0])
      file.string(key: "k", value: "v")
      let found = try run(file.ended(), "verify")
      #expect(found.output.contains("\(verdict) [count.keys]"), "\(found.output)")
    }
  }

  @Test("rows of values that are whole only in part have the offset of the damaged record")
  func partialRows() throws {
    var file = RDBBuilder("REDIS0011")
    file.string(key: "first", value: "v")
    let start = file.count
    file.key(4, "h")
    file.length(2)
    for text in ["f", "1", "f", "2"] { file.string(text) }
    file.string(key: "last", value: "v")
    let rows = try run(file.ended(), "salvage", "--as", "list", "--partial").lines
    let row = rows.first { $0.hasPrefix("partial\t") }?.components(separatedBy: "\t") ?? []
    #expect(row.count > 8 && row[2] == "h" && row[8] == "\(start)", "\(rows)")
    let objects = try run(file.ended(), "salvage", "--as", "ndjson", "--partial").lines
    #expect(objects.contains { $0.contains("\"offset\":\(start),") && $0.contains("\"partial\"") })
  }

  @Test("Valkey's hashes of paths are passed over, and keys after them are read")
  func pathHash() throws {
    let value: [UInt8] =
      [2, 1, 0x61, 1, 1, 0x66, 1, 0x76] + [
        3, 0x61, 0x2f, 0x62, 2, 1, 0x78, 1, 0x31, 1, 0x79, 1, 0x32,
      ]
    var file = RDBBuilder("VALKEY081")
    file.record(23, key: "tree", value: value)
    file.string(key: "after", value: "v")
    #expect(keys(try run(file.ended(), "keys")) == ["tree", "after"])
    #expect(try run(file.ended(), "verify").status == 0)
    #expect(try run(file.ended(), "export").status == 1)
  }
}
