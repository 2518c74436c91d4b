// Dragonfly's compressed blocks: a file in which records were put into blocks unpacks to the file that it
// was made of.

import Foundation
import RDB
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Compressed blocks of records")
struct BlobUnpackingTests {
  /// A block that holds these bytes.
  private func blob(_ bytes: some Sequence<UInt8>, opcode: UInt8 = 202) -> [UInt8] {
    var builder = RDBBuilder.bare
    builder.byte(opcode)
    builder.string(lz4Frame(Array(bytes)))
    return builder.bytes
  }

  private func unpack(_ file: [UInt8]) throws -> (bytes: [UInt8], blobs: Int)? {
    let folder = NSTemporaryDirectory() + "blobs-\(UInt32.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try file.withRawSpan { (span) throws in
      guard let unpacked = try unpackBlobs(in: span, folder: folder, path: "blobs.rdb") else {
        return nil
      }
      // The name is gone before anything is read.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      return (unpacked.file.withBytes { Array(copying: $0) }, unpacked.blobs)
    }
  }

  /// A plain file of Dragonfly's, and where its records begin, the end opcode last.
  private func plain() throws -> (bytes: [UInt8], starts: [Int]) {
    let bytes = try Fixtures.bytes("synthetic/dragonfly_plain")
    let scan = ScannedFile(scanning: bytes)
    #expect(scan.error == nil && scan.records.count > 3)
    return (bytes, scan.records.map(\.start) + [try #require(scan.end).at])
  }

  @Test("records in blocks of any size come back as they were")
  func everySplit() throws {
    let (bytes, starts) = try plain()
    for first in starts.indices.dropLast() {
      for last in starts.indices.dropFirst(first + 1) {
        let (start, end) = (starts[first], starts[last])
        let file = bytes[..<start] + blob(bytes[start..<end]) + bytes[end...]
        let found = try #require(try unpack(Array(file)))
        #expect(found.blobs == 1 && found.bytes == bytes)
      }
    }
  }

  /// A frame of ZSTD that stores fewer than 256 bytes as they are.
  private func zstdFrame(_ bytes: [UInt8]) -> [UInt8] {
    let header = bytes.count << 3 | 1
    return [0x28, 0xb5, 0x2f, 0xfd, 0x20, UInt8(bytes.count)]
      + [0, 8, 16].map { UInt8(truncatingIfNeeded: header >> $0) } + bytes
  }

  @Test("blocks of ZSTD come back as they were, also between those of LZ4")
  func zstd() throws {
    let (bytes, starts) = try plain()
    let middle = starts[2]
    var block = RDBBuilder.bare
    block.byte(201)
    block.string(zstdFrame(Array(bytes[starts[1]..<middle])))
    let file =
      bytes[..<starts[0]] + blob(bytes[starts[0]..<starts[1]]) + block.bytes + bytes[middle...]
    let found = try #require(try unpack(Array(file)))
    #expect(found.blobs == 2 && found.bytes == bytes)
  }

  @Test("many blocks, with attributes before them and opcodes inside, come back as they were")
  func many() throws {
    let (bytes, starts) = try plain()
    var file = Array(bytes[..<starts[0]])
    for (start, end) in zip(starts, starts.dropFirst()) { file += blob(bytes[start..<end]) }
    file += bytes[(starts.last ?? 0)...]
    let found = try #require(try unpack(file))
    #expect(found.blobs == starts.count - 1 && found.bytes == bytes)
    // An expiry may stand before the block whose first record it belongs to.
    var builder = RDBBuilder("REDIS0009")
    builder.aux("df-ver", "df-1.30.0")
    let head = builder.bytes
    builder.expireMS(2_000_000_000_000)
    let expiry = builder.bytes[head.count...]
    builder.string(key: "k", value: "v")
    builder.selectDB(3)
    builder.string(key: "k", value: "v")
    let body = builder.bytes[(head.count + expiry.count)...]
    builder.end()
    let tail = builder.bytes[(head.count + expiry.count + body.count)...]
    #expect(try unpack(head + expiry + blob(body) + tail)?.bytes == builder.bytes)
  }

  @Test("a file without blocks is left alone")
  func without() throws {
    #expect(try unpack(try plain().bytes) == nil)
    #expect(try unpack(try Fixtures.bytes("redis-7.0.15/multidb")) == nil)
    #expect(try unpack(Array("no RDB file".utf8)) == nil)
  }

  @Test("a file of Dragonfly with blocks of ZSTD has every key")
  func shard() throws {
    let found = try #require(try unpack(try Fixtures.bytes("synthetic/dragonfly_shard")))
    let scan = ScannedFile(scanning: found.bytes)
    #expect(found.blobs == 2 && scan.error == nil && !scan.records.isEmpty)
  }

  @Test("what does not unpack stays where it is, and what stands before it can be read")
  func damaged() throws {
    let (bytes, starts) = try plain()
    let middle = starts[2]
    // The frame's first bytes are its mark.
    var broken = RDBBuilder.bare
    broken.byte(202)
    broken.string([0] + lz4Frame(Array(bytes[middle...].dropLast(9))).dropFirst())
    let file = Array(bytes[..<starts[0]]) + blob(bytes[starts[0]..<middle])
    let found = try #require(try unpack(file + broken.bytes + bytes.suffix(9)))
    #expect(found.bytes == Array(bytes[..<middle]) + broken.bytes + bytes.suffix(9))
    let scan = ScannedFile(scanning: found.bytes)
    #expect(scan.records.count == 2)
    #expect(scan.error == RDBError(.unsupportedCompression, at: middle, number: 202))
    // A block of ZSTD behind one of LZ4, and a block that ends too early.
    let other = try #require(try unpack(file + blob([1, 2, 3], opcode: 201)))
    #expect(ScannedFile(scanning: other.bytes).error?.number == 201)
    let cut = try #require(try unpack(file + blob(bytes[middle...]).dropLast(3)))
    #expect(ScannedFile(scanning: cut.bytes).records.count == 2)
  }
}
