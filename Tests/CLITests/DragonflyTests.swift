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

  @Test("blocks of ZSTD are refused by name, and what helps is said")
  func zstd() throws {
    let path = Fixtures.named("synthetic/dragonfly_shard").path
    let run = try BuiltBinary.run(["keys", path])
    #expect(run.status == 2)
    #expect(
      run.errors.contains("compressed with ZSTD") && run.errors.contains("--compression_mode 3"))
  }
}
