// A tally counts what a batch would have held: the same records, events, end and errors.

import RDB
import TestSupport
import Testing

@Suite("A tally")
struct TallyTests {
  /// What a scan into a tally gave.
  private struct Tallied {
    var tally = RecordTally(moment: TallyTests.moment)
    var events: [RDBEvent] = []
    var state: ScanState?
    var context = ValueContext()
    var error: RDBError?

    init(_ bytes: [UInt8], step: Int = .max) {
      bytes.withRawSpan { span in
        do throws(RDBError) {
          var scanner = try RDBScanner(headerOf: span)
          defer {
            (state, context) = (scanner.state, scanner.context)
            takeEvents()
          }
          while !scanner.state.isEnded {
            let (sum, overflow) = scanner.state.offset.addingReportingOverflow(step)
            let limit = overflow ? .max : min(sum, bytes.count + 1)
            _ = try scanner.scan(span, until: limit, into: &tally)
            takeEvents()
          }
        } catch {
          self.error = error
        }
      }
    }

    private mutating func takeEvents() {
      events += tally.events
      tally.removeEvents()
    }
  }

  private static let moment = UnixMilliseconds(1_700_000_000_000)

  /// Whether a tally of bytes is that of the records which a batch takes of them.
  private func compare(_ bytes: [UInt8], step: Int = .max, _ name: String) {
    let file = ScannedFile(scanning: bytes)
    let found = Tallied(bytes, step: step)
    var expected = RecordTally(moment: TallyTests.moment)
    bytes.withRawSpan { span in
      for record in file.records { expected.add(record, in: span, file.context.dialect) }
    }
    #expect(found.error == file.error, "\(name)")
    #expect(found.state == file.state && found.context == file.context, "\(name)")
    #expect(found.events == file.events.map(\.event), "\(name)")
    #expect(found.tally.fingerprint == expected.fingerprint, "\(name)")
    #expect(found.tally.total.keys == UInt64(file.records.count), "\(name)")
    #expect(found.tally.total == expected.total, "\(name)")
    #expect(found.tally.expired == expected.expired, "\(name)")
    #expect(found.tally.firstExpiry == file.records.compactMap(\.expiry).min(), "\(name)")
    #expect(found.tally.lastExpiry == file.records.compactMap(\.expiry).max(), "\(name)")
    // A file may tell whose it is behind its first keys; those are of another dialect than its last.
    if Set(found.tally.kinds.keys.map(\.dialect)) == [file.context.dialect] {
      #expect(found.tally.kinds == expected.kinds, "\(name)")
    }
  }

  @Test("counts what a batch holds, for every fixture")
  func fixtures() throws {
    for fixture in Fixtures.all + Fixtures.shared {
      compare(try fixture.bytes(), "\(fixture)")
    }
  }

  @Test("counts the same in steps of any size", arguments: [1, 7, 100, 4096])
  func steps(_ step: Int) throws {
    for fixture in Fixtures.all(upTo: 20_000) {
      compare(try fixture.bytes(), step: step, "\(fixture)")
    }
  }

  @Test("counts what came before damage, and stops where a batch does")
  func damage() throws {
    var random = SeededRandom(for: "tallies of damaged files")
    for fixture in Fixtures.all(upTo: 5000) {
      var bytes = try fixture.bytes()
      guard !bytes.isEmpty else { continue }
      for _ in 0..<4 {
        bytes[random.below(bytes.count)] = UInt8(random.below(256))
        compare(bytes, "\(fixture)")
      }
    }
  }

  @Test("holds a bounded number of events")
  func events() throws {
    var builder = RDBBuilder()
    for number in 0..<1000 { builder.aux("a", "\(number)") }
    try builder.ended().withRawSpan { span throws(RDBError) in
      var scanner = try RDBScanner(headerOf: span)
      var tally = RecordTally()
      #expect(try scanner.scan(span, into: &tally) == .batchFull)
      #expect(tally.events.count == 256)
    }
  }

  @Test("tells kinds apart by database, layout, packing and module")
  func kinds() throws {
    var builder = RDBBuilder()
    for database: UInt64 in [3, 0, 3] {
      builder.selectDB(database)
      builder.string(key: "raw", value: "text")
      builder.key(0, "number")
      builder.integerString(7)
      builder.key(0, "packed")
      builder.lzfString([UInt8](repeating: 0x61, count: 100))
      builder.record(1, key: "list", value: [2, 1, 0x61, 1, 0x62])
    }
    let bytes = builder.ended()
    let found = Tallied(bytes)
    for (database, keys) in [(UInt32(3), UInt64(2)), (0, 1)] {
      let kinds = found.tally.kinds.filter { $0.key.database == database }
      #expect(kinds.values.map(\.keys) == [keys, keys, keys, keys])
      #expect(Set(kinds.keys.map(\.encoding)) == [.raw, .int, .lzf, .linkedlist])
      #expect(kinds.first { $0.key.encoding == .linkedlist }?.value.elements == 2 * keys)
    }
  }

  @Test("of one half and that of the other are that of the whole")
  func merging() throws {
    for fixture in Fixtures.all(upTo: 20_000) {
      let file = ScannedFile(scanning: try fixture.bytes())
      let bytes = try fixture.bytes()
      let middle = file.records.count / 2
      bytes.withRawSpan { span in
        var parts = [RecordTally(), RecordTally()]
        var whole = RecordTally()
        for (index, record) in file.records.enumerated() {
          parts[index < middle ? 0 : 1].add(record, in: span, file.context.dialect)
          whole.add(record, in: span, file.context.dialect)
        }
        parts[0].merge(parts[1])
        #expect(parts[0].kinds == whole.kinds && parts[0].fingerprint == whole.fingerprint)
        #expect(parts[0].firstExpiry == whole.firstExpiry)
        #expect(parts[0].lastExpiry == whole.lastExpiry)
      }
    }
  }
}
