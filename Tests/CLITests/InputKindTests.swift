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
    #expect(refused.errors.contains("an HTTP response with its headers"))
    #expect(refused.errors.contains("--skip \(head.count)"))
    for command in ["keys", "verify", "info"] {
      #expect(try run(bytes, command, "--skip", "\(head.count)").status == 0)
    }
    #expect(keys(try run(bytes, "keys", "--skip", "\(head.count)")) == ["a", "b"])
    #expect(try run(bytes, "keys", "--skip", "\(bytes.count + 5)").status == 2)
    #expect(try run(bytes, "keys", "--skip", "-1").status == 64)
  }

  @Test("a DUMP payload is named")
  func dump() throws {
    var payload: [UInt8] = [0, 1, 0x76, 11, 0]
    var sum = payload.withRawSpan { CRC64.update(0, $0) }
    for _ in 0..<8 {
      payload.append(UInt8(truncatingIfNeeded: sum))
      sum >>= 8
    }
    #expect(try run(payload, "info").errors.contains("a DUMP payload of a single key"))
    payload[2] = 0x77
    #expect(try !run(payload, "info").errors.contains("DUMP"))
  }

  @Test("another RDB file after the end is named by every command, and read with --skip")
  func concatenated() throws {
    let (one, two) = (Self.file("a"), Self.file("b", "c"))
    #expect(try run(one + two, "verify").output.contains("trailing data (another RDB file)"))
    for command in ["info", "keys", "export"] {
      let found = try run(one + two, command)
      #expect(found.errors.contains("another RDB file follows at byte \(one.count)"), "\(command)")
    }
    #expect(keys(try run(one + two, "keys")) == ["a"])
    #expect(keys(try run(one + two, "keys", "--skip", "\(one.count)")) == ["b", "c"])
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
    for command in ["info", "verify", "keys"] {
      #expect(try run(crlf, command).errors.contains("went through text mode"), "\(command)")
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
