// Maps: every byte of a file is in one region.

import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("The map of a file")
struct FileMapTests {
  private func map(_ file: [UInt8], limit: Int = .max) throws -> FileMap {
    var map = try visit(file, selecting: everyRecord) { MapVisitor(limit: limit) }.summary
    map.close(at: file.count)
    return map
  }

  @Test("covers every byte once, and its kinds add up", arguments: Fixtures.all)
  func covers(fixture: Fixture) throws {
    let file = try fixture.bytes()
    guard (file.withRawSpan { try? openScanner($0) }) != nil else { return }
    let map = try map(file)
    var at = 0
    for region in map.regions {
      #expect(region.place.offset == at && region.place.count > 0, "\(fixture): \(region)")
      at = region.place.end
    }
    #expect(at == file.count && map.regionCount == UInt64(map.regions.count))
    #expect(map.totals.reduce(0) { $0 + $1.place.count } == file.count)
    let scanned = ScannedFile(scanning: file)
    let records = map.totals.filter { if case .records = $0.kind { true } else { false } }
    #expect(records.reduce(0) { $0 + $1.count } == UInt64(scanned.records.count))
    let unread = map.totals.contains { $0.kind == .unread }
    // A file may end where its end opcode is missing, and then has no byte that could not be read.
    #expect(!unread || scanned.error != nil, "\(fixture)")
  }

  @Test("names what stands between records, at the end and behind it")
  func names() throws {
    var file = RDBBuilder()
    file.aux("a", "b")
    file.aux("c", "d")
    file.selectDB(0)
    file.resizeDB(keys: 2, expires: 0)
    file.string(key: "k", value: "v")
    file.string(key: "l", value: "v")
    file.selectDB(3)
    file.string(key: "m", value: "v")
    let map = try map(file.ended() + [1, 2, 3])
    let kinds: [RegionKind] = [
      .header, .aux, .selectDatabase, .resize, .records(database: 0, type: .string),
      .selectDatabase, .records(database: 3, type: .string), .end, .checksum, .trailing,
    ]
    #expect(map.regions.map(\.kind) == kinds)
    #expect(map.regions.map(\.place.count) == [9, 10, 2, 3, 10, 2, 5, 1, 8, 3])
    #expect(map.regions.map(\.count) == [1, 2, 1, 1, 2, 1, 1, 1, 1, 1])
  }

  @Test("of a file that is cut ends with what could not be read; with a limit the rest is counted")
  func cut() throws {
    var file = RDBBuilder()
    file.string(key: "k", value: "v")
    file.selectDB(1)
    file.string(key: "long", value: "value")
    let bytes = Array(file.bytes.dropLast(3))
    let map = try map(bytes, limit: 2)
    #expect(map.regions.count == 2 && map.regionCount == 4)
    #expect(map.totals.last?.kind == .unread)
    #expect(map.totals.reduce(0) { $0 + $1.place.count } == bytes.count)
  }

  @Test("deleted entries of a stream come with their fields and places")
  func deleted() throws {
    let file = try readFile(Fixtures.repository + "/samples/types.rdb")
    let scanned = ScannedFile(scanning: file)
    try file.withRawSpan { bytes in
      var deleted: [String: [DeletedEntry]] = [:]
      for record in scanned.records where record.type.shape(in: .redis) == .stream {
        var sink = DeletedEntrySink(bytes)
        var at = record.valueOffset
        var scratch = Scratch()
        try walk(record.type, scanned.context, in: bytes, at: &at, scratch: &scratch, into: &sink)
        let key = try record.key(in: bytes).unpacked(in: bytes) ?? []
        deleted[String(decoding: key, as: UTF8.self)] = sink.entries
      }
      let big = try #require(deleted["stream:big"])
      let group = try #require(deleted["stream:groups"])
      #expect(big.contains { $0.id == StreamID(ms: 1_795_000_000_000, seq: 249) })
      #expect(group.map(\.id) == [StreamID(ms: 1_795_000_000_000, seq: 2)])
      #expect(group.first?.fields == [Array("job".utf8), Array("2".utf8)])
    }
  }
}
