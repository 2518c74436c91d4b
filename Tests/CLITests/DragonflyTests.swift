// Compressed blocks of Dragonfly's, as their users meet them.

import Foundation
import RDB
import TestSupport
import Testing

@Suite("Compressed blocks in the program")
struct DragonflyTests {
  @Test("keys in blocks of LZ4 are those of the plain file, in every output, and it is said")
  func lz4() throws {
    try withTemporaryFolder { folder in
      let plain = try Fixtures.bytes("synthetic/dragonfly_plain")
      let scan = ScannedFile(scanning: plain)
      let (start, end) = (scan.records[1].start, try #require(scan.end).at)
      var block = RDBBuilder.bare
      block.byte(202)
      block.string(lz4Frame(Array(plain[start..<end])))
      try write(Array(plain[..<start] + block.bytes + plain[end...]), to: folder + "/packed.rdb")
      try write(plain, to: folder + "/plain.rdb")
      for arguments in [
        ["keys"], ["verify"], ["export", "--as", "ndjson"], ["export"], ["export", "--as", "rdb"],
      ] {
        let rest = Array(arguments.dropFirst())
        let one = try BuiltBinary.run([arguments[0], "packed.rdb"] + rest, in: folder)
        let two = try BuiltBinary.run([arguments[0], "plain.rdb"] + rest, in: folder)
        #expect(one.status == two.status && one.status < 2)
        let text = one.output.replacing("packed.rdb", with: "plain.rdb")
        #expect(text == two.output && !text.isEmpty, "\(arguments)")
        #expect(
          one.errors.contains(
            "packed.rdb: 1 compressed block was decompressed; offsets refer to the decompressed file\n"
          ))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test("blocks of ZSTD are decompressed, and a corrupt one is refused by name")
  func zstd() throws {
    let path = Fixtures.named("synthetic/dragonfly_shard").path
    let run = try BuiltBinary.run(["verify", path])
    #expect(run.status == 0)
    #expect(run.errors.contains("2 compressed blocks were decompressed"))
    try withTemporaryFolder { folder in
      var bytes = try readFile(path)
      let block = try #require(
        bytes.indices.first { bytes[$0...].starts(with: [0x28, 0xb5, 0x2f]) })
      bytes[block] = 0
      try write(bytes, to: folder + "/bad.rdb")
      let bad = try BuiltBinary.run(["keys", "bad.rdb"], in: folder)
      #expect(bad.status == 2)
      #expect(bad.errors.contains("a corrupt block of ZSTD-compressed records"))
    }
  }
}
