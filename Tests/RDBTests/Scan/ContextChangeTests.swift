import RDB
import TestSupport
import Testing

/// What a type means may change in the middle of a file.
///
/// A batch is used with one context, so none holds records from both sides of a change.
@Suite("changes of meaning")
struct ContextChangeTests {
  /// The records of each batch of a file, by the number of their element count, and its dialect.
  private func batches(_ bytes: [UInt8]) throws -> [(elements: [UInt64?], dialect: RDBDialect)] {
    try bytes.withRawSpan { (span) throws(RDBError) in
      var found: [(elements: [UInt64?], dialect: RDBDialect)] = []
      var scanner = try RDBScanner(headerOf: span)
      var batch = RecordBatch(capacity: 16)
      var stop = RDBScanner.Stop.limit
      while stop != .end {
        batch.removeAll()
        stop = try scanner.scan(span, into: &batch)
        found.append(((0..<batch.count).map { batch[$0].elements }, scanner.context.dialect))
      }
      return found
    }
  }

  private let header = Array("REDIS0015".utf8)
  private let end: [UInt8] = [255, 0, 0, 0, 0, 0, 0, 0, 0]

  @Test("of a file that has nothing but events a batch holds only so many")
  func onlyEvents() throws {
    var file = header
    for _ in 0..<10_000 { file += [254, 0] }
    file += end
    var (events, scans) = (0, 0)
    try file.withRawSpan { (span) throws(RDBError) in
      var scanner = try RDBScanner(headerOf: span)
      var batch = RecordBatch(capacity: 16)
      var stop = RDBScanner.Stop.limit
      while stop != .end {
        batch.removeAll()
        stop = try scanner.scan(span, into: &batch)
        #expect(batch.events.count <= 4096)
        events += batch.events.count
        scans += 1
      }
    }
    // The end is an event too.
    #expect(events == 10_001 && scans == 3)
  }

  @Test("a template that is defined anew begins a new batch")
  func templates() throws {
    let one: [UInt8] = [242, 1, 2, 1, 0x61, 1, 0x62]  // template 1: a, b
    let hash: [UInt8] = [32, 1, 0x6b, 1, 1, 0x78, 1, 0x79]  // k: x, y
    let other: [UInt8] = [242, 1, 1, 1, 0x61]  // template 1: a
    let short: [UInt8] = [32, 1, 0x6c, 1, 1, 0x7a]  // l: z
    let found = try batches(header + one + hash + hash + other + short + end)
    #expect(found.map(\.elements) == [[2, 2], [1]])
  }

  @Test("a field that tells whose file it is begins a new batch, and keeps what stood before it")
  func dialect() throws {
    let key: [UInt8] = [0, 1, 0x6b, 1, 0x76]
    let harmless: [UInt8] = [250, 1, 0x61, 1, 0x62]
    let version: [UInt8] = [250, 6] + Array("df-ver".utf8) + [1, 0x31]
    let mask: [UInt8] = [220, 1, 0, 0, 0]
    for change in [version, mask] {
      let found = try batches(header + key + harmless + change + key + end)
      #expect(found.map(\.elements.count) == [1, 1])
      #expect(found.map(\.dialect) == [.redis, .dragonfly])
    }
  }
}
