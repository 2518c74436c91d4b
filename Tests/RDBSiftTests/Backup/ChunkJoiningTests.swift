// Values that Dragonfly writes in chunks. The layout is that of its source (1.40); no server was at hand.

import RDB
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Values in chunks")
struct ChunkJoiningTests {
  private func chunk(_ id: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [224, id, 0, 0, 0, UInt8(payload.count), 0, 0, 0] + payload
  }

  private func strings(_ texts: String...) -> [UInt8] {
    var bytes = RDBBuilder.bare
    for text in texts { bytes.string(text) }
    return bytes.bytes
  }

  /// A file of Dragonfly with these opcodes after its header.
  private func file(_ body: [UInt8]) -> [UInt8] {
    var file = RDBBuilder("REDIS0009")
    file.aux("df-ver", "df-v1.40.0")
    file.raw(body + [255] + [UInt8](repeating: 0, count: 8))
    return file.bytes
  }

  /// The keys, element counts and databases of what the chunks are joined to; nil if there are none.
  private func joined(_ bytes: [UInt8]) throws -> [String]? {
    try withFolder { folder in
      try bytes.withRawSpan { span throws -> [String]? in
        guard let made = try joinChunks(in: span, folder: folder, path: "chunks.rdb") else {
          return nil
        }
        let copy = made.file.withBytes { [UInt8](copying: $0) }
        let scan = ScannedFile(scanning: copy)
        #expect(scan.error == nil)
        return copy.withRawSpan { span in
          scan.records.map { record in
            let key = String(decoding: (try? record.keyBytes(in: span)) ?? [], as: UTF8.self)
            return "\(key) \(record.elements ?? 0) \(record.database)"
          }
        }
      }
    }
  }

  @Test("are joined in order, in the database of their first chunk, before the end")
  func joins() throws {
    let select: [UInt8] = [254, 3]
    let body =
      chunk(1, [4] + strings("big") + [3] + strings("f0", "v0", "f1", "v1"))
      + [0] + strings("other", "v") + chunk(2, [1] + strings("list") + [2] + strings("a")) + select
      + chunk(1, strings("f2", "v2")) + [0] + strings("last", "v") + chunk(2, strings("b"))
    #expect(try joined(file(body)) == ["other 1 0", "last 1 3", "big 3 0", "list 2 0"])
  }

  @Test("are none in other files, and a chunk that is cut ends what is joined")
  func none() throws {
    #expect(try joined(file([0] + strings("k", "v"))) == nil)
    var redis = RDBBuilder("REDIS0011")
    redis.string(key: "k", value: "v")
    #expect(try joined(redis.ended()) == nil)
    let cut = Array(file(chunk(1, [0] + strings("k", "v"))).dropLast(12))
    #expect(try joined(cut) == nil)
  }

  @Test("every single changed byte ends in a copy that can be scanned or refused")
  func mutated() throws {
    let whole = file(
      chunk(1, [4] + strings("big") + [2] + strings("f0", "v0")) + [0] + strings("k", "v")
        + chunk(1, strings("f1", "v1")))
    for index in whole.indices.dropFirst(9) {
      for value in [0, 1, 0x7f, 0xff] as [UInt8] {
        var bytes = whole
        bytes[index] = value
        try withFolder { folder in
          try bytes.withRawSpan { span in
            guard let made = try joinChunks(in: span, folder: folder, path: "x.rdb") else { return }
            let copy = made.file.withBytes { [UInt8](copying: $0) }
            #expect(copy.count <= bytes.count + 16)
            _ = ScannedFile(scanning: copy)
          }
        }
      }
    }
  }
}
