// What is whole of a collection that is cut: for cuts all over the collections of files of several
// servers, its elements are elements of the collection, in their order, and the more the later the cut.

import TestSupport
import Testing

@testable import RDB

@Suite("What is whole of a cut collection")
struct PartialRecordTests {
  private static let fixtures = [
    "redis-2.2.15/all", "redis-2.4.18/all", "redis-2.8.24/all", "redis-4.0.14/lists",
    "redis-6.2.16/all", "redis-7.2.6/all", "redis-7.2.6/streams", "redis-7.2.6/lists",
    "redis-7.4.1/all", "redis-8.6.3/streams", "valkey-9.1.2/all",
  ].map { Fixtures.named("\($0).rdb") }.filter { (try? $0.bytes()) != nil }

  /// An element as far as it is kept.
  private func kept(_ element: CollectedElement) -> CollectedElement? {
    switch element {
    case .expiringItem(let member, _): .item(member)
    case .expiringPair(let field, let value, nil): .pair(field, value)
    case .stream(.entry(let id, let isDeleted, let texts)):
      isDeleted ? nil : .stream(.entry(id, isDeleted: false, texts))
    case .stream(.group(let name, _)):
      .stream(.group(name, StreamGroup(lastID: StreamID(ms: 0, seq: 0), pending: 0, consumers: 0)))
    case .stream(.consumer(let name, _)):
      .stream(.consumer(name, StreamConsumer(seen: UnixMilliseconds(0), pending: 0)))
    case .stream(.pending(let entry, .consumer)): .stream(.pending(entry, .consumer))
    case .stream: nil
    default: element
    }
  }

  private func elements(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws -> [CollectedElement] {
    var sink = CollectingSink()
    var scratch = Scratch()
    var at = record.valueOffset
    try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
    return sink.elements.compactMap(kept)
  }

  /// The elements that are left of a record of a file that ends at `end`.
  private func left(_ file: [UInt8], _ record: RDBRecord, until end: Int) throws
    -> [CollectedElement]
  {
    try Array(file[..<end]).withRawSpan { bytes in
      let map = salvage(bytes)
      let gap = try #require(map.gaps.last)
      guard gap.typeOffset == record.offset,
        let partial = PartialRecord(gap, in: bytes, map.header)
      else { return [] }
      return try partial.bytes.withRawSpan { span in
        var scanner = RDBScanner(
          header: partial.header, resuming: ScanState(offset: 0, database: partial.database),
          context: ValueContext(dialect: partial.dialect))
        var batch = RecordBatch()
        _ = try scanner.scan(span, until: span.byteCount, into: &batch)
        try #require(batch.count == 1 && scanner.state.offset == span.byteCount)
        var check = RecordCheck()
        _ = try check.check(batch[0], in: span, scanner.context)
        #expect(check.remarks.isEmpty)
        return try elements(batch[0], in: span, scanner.context)
      }
    }
  }

  @Test("is some of its elements, in order, the more the later the cut", arguments: fixtures)
  func cuts(fixture: Fixture) throws {
    let file = try fixture.bytes()
    let scanned = ScannedFile(scanning: file)
    let shapes: [ValueShape] = [.list, .set, .hash, .sortedSet, .stream]
    var found = 0
    var possible = 0
    for record in scanned.records where (20...400).contains(record.valueCount) {
      guard let shape = record.type.shape(in: scanned.context.dialect), shapes.contains(shape)
      else { continue }
      let whole = try file.withRawSpan { try elements(record, in: $0, scanned.context) }
      var most = 0
      // A step that is no width of anything.
      for end in stride(from: record.valueOffset + 1, to: record.end, by: 7) {
        let rest = try left(file, record, until: end)
        // What is left stands in the whole in the same order.
        var at = whole.startIndex
        for element in rest {
          let place = whole[at...].firstIndex(of: element)
          #expect(
            place != nil, "\(fixture): type \(record.type.rawValue), cut at \(end): \(element)")
          at = place.map { $0 + 1 } ?? at
        }
        #expect(rest.count >= most, "\(fixture): type \(record.type.rawValue), cut at \(end)")
        most = max(most, rest.count)
      }
      found += most
      possible += whole.count
    }
    #expect(found * 10 >= possible * 6, "\(fixture): \(found) of \(possible)")
  }

  @Test("of a list with a damaged node are the elements of all the others")
  func damagedNode() throws {
    var file = RDBBuilder("REDIS0011")
    file.key(18, "l")
    file.length(3)
    var damaged = 0
    for index in 0..<3 {
      var node = ListpackBuilder()
      for element in 0..<4 { node.string("element \(index) \(element)") }
      file.length(2)
      file.string(node.bytes())
      // The last entry of the second node becomes one that does not exist.
      if index == 1 { damaged = file.count - 1 - 13 }
    }
    for index in 0..<20 { file.string(key: "key:\(index)", value: "value \(index)") }
    var bytes = file.ended()
    bytes[damaged] = 0xf9
    try bytes.withRawSpan { span in
      let map = salvage(span)
      let gap = try #require(map.gaps.first)
      let partial = PartialRecord(gap, in: span, map.header)
      #expect(partial?.elements == 11)
    }
  }
}
