// Shards are scanned on a guess and joined in order. Whatever the bytes are and wherever they are cut,
// the scan that joins them tells what a scan without shards tells.

import RDB
import TestSupport
import Testing

@Suite("Shards")
struct ShardTests {
  /// What a scan found.
  private struct Found: Equatable {
    var kinds: [RecordKind: RecordCount]
    var fingerprint: UInt64
    var expiries: [UnixMilliseconds?]
    var expired: UInt64
    var events: [RDBEvent]
    var state: ScanState
    var context: ValueContext
    var failureLocation: FailureLocation
    var error: RDBError?
  }

  private static let moment = UnixMilliseconds(1_700_000_000_000)

  /// Scans a file; `shards` cuts what is behind the header into parts of that size.
  ///
  /// Nil for a file whose header is none. `taken` counts the bytes that shards have found something
  /// about.
  private func scan(_ bytes: [UInt8], shards: Int? = nil, _ taken: inout Int) -> Found? {
    bytes.withRawSpan { span -> Found? in
      guard var scanner = try? RDBScanner(headerOf: span) else { return nil }
      var tally = RecordTally(moment: ShardTests.moment)
      var events: [RDBEvent] = []
      var error: RDBError?
      do throws(RDBError) {
        var start = scanner.state.offset
        while !scanner.state.isEnded {
          let end = shards.map { min(start + $0, bytes.count) } ?? bytes.count
          let shard =
            shards == nil
            ? SpeculativeChunk(of: start..<end)
            : SpeculativeChunk(of: start..<end, in: span, like: scanner, moment: ShardTests.moment)
          taken += shard.scannedCount
          var stop = RDBScanner.Stop.batchFull
          while stop == .batchFull {
            stop = try scanner.scan(
              span, over: shard, until: end < bytes.count ? end : .max, into: &tally)
            events += tally.events
            tally.removeEvents()
          }
          start = end
        }
      } catch let thrown {
        error = thrown
        events += tally.events
      }
      return Found(
        kinds: tally.kinds, fingerprint: tally.fingerprint,
        expiries: [tally.firstExpiry, tally.lastExpiry], expired: tally.expired, events: events,
        state: scanner.state, context: scanner.context,
        failureLocation: scanner.failureLocation(in: span), error: error)
    }
  }

  /// Compares scans with shards of some sizes with one without; how many bytes were read ahead.
  private func compare(_ bytes: [UInt8], _ sizes: [Int], _ name: String) -> Int {
    var taken = 0
    let whole = scan(bytes, &taken)
    for size in sizes {
      let joined = scan(bytes, shards: size, &taken)
      #expect(joined == whole, "\(name), shards of \(size) bytes")
    }
    return taken
  }

  @Test("of any size tell what a scan tells, for every fixture")
  func fixtures() throws {
    var taken = 0
    for fixture in Fixtures.all(upTo: 130_000) {
      let bytes = try fixture.bytes()
      // Tiny shards of a large file would take a while.
      let sizes = bytes.count > 8000 ? [bytes.count / 5] : [64 + bytes.count / 50, 1024]
      taken += compare(bytes, sizes, "\(fixture)")
    }
    #expect(taken > 100_000)
  }

  @Test("cut at every byte tell what a scan tells")
  func everyPlace() throws {
    let bytes = try ShardTests.mixed(records: 60, seed: 5)
    var taken = 0
    let whole = scan(bytes, &taken)
    for size in 1..<200 {
      let joined = scan(bytes, shards: size, &taken)
      #expect(joined == whole, "shards of \(size) bytes")
    }
    #expect(taken > bytes.count)
  }

  @Test("tell where damage is as a scan does")
  func damage() throws {
    var random = SeededRandom(for: "shards of damaged files")
    let fixtures = Fixtures.all(upTo: 20_000)
    var files = try (0..<60).map { _ in try fixtures[random.below(fixtures.count)].bytes() }
    files += try (0..<60).map { try ShardTests.mixed(records: 200, seed: UInt64($0)) }
    for var bytes in files where bytes.count > 9 {
      for _ in 0..<(1 + random.below(3)) {
        bytes[9 + random.below(bytes.count - 9)] = UInt8(random.below(256))
      }
      if random.below(4) == 0 { bytes.removeLast(random.below(bytes.count - 9)) }
      if random.below(4) == 0 { bytes += random.bytes(random.below(300)) }
      _ = compare(bytes, [64 + random.below(500), 1 + random.below(4096)], "damaged")
    }
  }

  @Test("of a file of strings are taken, not read again")
  func taken() throws {
    var builder = RDBBuilder()
    for number in 0..<3000 { builder.string(key: "key:\(number)", value: "value \(number)") }
    let bytes = builder.ended()
    let taken = compare(bytes, [4096], "strings")
    #expect(taken > bytes.count * 9 / 10)
  }

  /// A file in which what one shard has to know of another changes often: databases, slots, what
  /// types mean, attributes at every place.
  private static func mixed(records: Int, seed: UInt64) throws -> [UInt8] {
    var random = SeededRandom(seed: seed)
    var builder = RDBBuilder()
    for number in 0..<records {
      switch random.below(30) {
      case 0: builder.selectDB(UInt64(random.below(300)))
      case 1: builder.aux("slot-info", "\(random.below(16384)),1,0")
      case 2: builder.raw([244, 1, 2, 3])
      case 3: builder.aux("note", "\(number)")
      case 4: builder.resizeDB(keys: 5, expires: 2)
      case 5 where random.below(8) == 0: builder.aux("df-ver", "1")
      case 6: builder.raw([242, 1, 2, 1, 0x61, 1, UInt8(0x62 + random.below(9))])
      default: break
      }
      if random.below(4) == 0 { builder.expireMS(Int64(random.below(1 << 41))) }
      if random.below(6) == 0 { builder.raw([248, UInt8(random.below(64))]) }
      if random.below(6) == 0 { builder.raw([249, UInt8(random.below(256))]) }
      // Attributes with something else among them.
      if random.below(20) == 0 { builder.selectDB(UInt64(random.below(3))) }
      switch random.below(6) {
      case 0: builder.record(1, key: "list:\(number)", value: [2, 1, 0x61, 3, 0, 1, 0x61])
      case 1: builder.record(32, key: "template:\(number)", value: [1, 1, 0x78, 1, 0x79])
      case 2:
        // A value that looks like records.
        var value = RDBBuilder.bare
        for inner in 0..<random.below(40) { value.string(key: "inner:\(inner)", value: "x") }
        builder.key(0, "nested:\(number)")
        builder.string(value.bytes)
      default: builder.string(key: "key:\(number)", value: "\(random.next())")
      }
    }
    return builder.ended()
  }
}
