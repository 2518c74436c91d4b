// Rows of elements against the same elements one by one, which is the slow way to the same bytes.

import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("rows of elements")
struct ElementRowTests {
  /// Elements of every kind, and the bytes that they are in.
  private struct Row {
    var bytes: [UInt8] = []
    var items: [StringObject] = []
    var scores: [Double] = []
  }

  private func row(_ count: Int, padding: Int, _ random: inout SeededRandom) throws -> Row {
    var row = Row()
    for _ in 0..<count {
      switch random.below(12) {
      case 0: row.items.append(.integer(Int64(bitPattern: random.next())))
      case 1...3:
        row.items.append(.integer(Int64(bitPattern: random.next()) >> Int64(random.below(64))))
      case 4:
        var packed = RDBBuilder.bare
        packed.lzfString([UInt8](repeating: 0x61, count: 30 + random.below(300)))
        let string = try packed.bytes.withRawSpan { try $0.string(at: 0) }
        row.items.append(string.moved(by: row.bytes.count))
        row.bytes += packed.bytes
      default:
        let length = random.below(20) == 0 ? random.below(400) : random.below(70)
        row.items.append(.raw(ByteRange(offset: row.bytes.count, count: length)))
        row.bytes += random.bytes(length)
      }
      let scores = [0, -0.0, 7, -12345, 0.5, 1.25, -3.1, 1e300, .infinity]
      row.scores.append(scores[random.below(scores.count)])
    }
    row.bytes += [UInt8](repeating: 0, count: padding)
    return row
  }

  private func export(
    _ shape: ValueShape, _ items: Int, _ bytes: Int,
    _ body: (inout CommandExporter) throws -> Void
  ) rethrows -> [UInt8] {
    var options = CommandExporter.Options.merging
    (options.itemsPerCommand, options.bytesPerCommand) = (items, bytes)
    var exporter = CommandExporter(into: OutputBuffer(capacity: 0), options: options)
    exporter.key.append("$1\r\nk\r\n")
    exporter.begin(shape, count: nil)
    try body(&exporter)
    exporter.end()
    return exporter.output.withBytes { [UInt8](copying: $0) }
  }

  @Test("rows are the bytes of their elements one by one, whatever ends a command")
  func rows() throws {
    var random = SeededRandom(for: "rows of elements")
    for _ in 0..<150 {
      // Without padding the last strings are too near the end to be copied in whole steps.
      let padding = [0, 0, 63, 64, 200][random.below(5)]
      let row = try row(2 * (1 + random.below(32)), padding: padding, &random)
      let limit = (items: 1 + random.below(80), bytes: [1, 300, 6000, 1 << 20][random.below(4)])
      try row.bytes.withRawSpan { bytes in
        let items = row.items.span
        for shape in [ValueShape.list, .hash, .sortedSet] {
          let fast = try export(shape, limit.items, limit.bytes) {
            switch shape {
            case .list: try $0.items(items, in: bytes)
            case .hash: try $0.pairs(items, in: bytes)
            default: try $0.members(items, scores: row.scores.span, in: bytes)
            }
          }
          let slow = try export(shape, limit.items, limit.bytes) {
            for index in row.items.indices {
              let item = row.items[index]
              switch shape {
              case .list: try $0.item(item, in: bytes)
              case .hash where index % 2 == 0:
                try $0.pair(item, row.items[index + 1], in: bytes)
              case .hash: break
              default: try $0.member(item, score: row.scores[index], in: bytes)
              }
            }
          }
          #expect(ByteString(fast) == ByteString(slow), "\(shape) \(limit)")
        }
      }
    }
  }

  @Test("the id of an entry is its two numbers, whatever their size")
  func streamIDs() {
    var random = SeededRandom(for: "stream ids")
    let edges: [UInt64] = [
      0, 9, 10, 99_999_999, 100_000_000, 999_999_999, 9_999_999_999_999_999,
      10_000_000_000_000_000, .max,
    ]
    var numbers = edges
    for _ in 0..<300 { numbers.append(random.next() >> UInt64(random.below(64))) }
    for (ms, seq) in zip(numbers, numbers.reversed()) {
      let text = "\(ms)-\(seq)"
      let bulk = writtenText { $0.appendBulk(StreamID(ms: ms, seq: seq)) }
      #expect(bulk == "$\(text.utf8.count)\r\n\(text)\r\n")
    }
  }

  @Test("a run of strings is the bytes of its records one by one")
  func runs() throws {
    var random = SeededRandom(for: "runs of strings")
    var builder = RDBBuilder()
    for index in 0..<300 {
      switch random.below(4) {
      case 0: builder.expireMS(Int64(bitPattern: random.next()) >> Int64(1 + random.below(60)))
      case 1: builder.expireMS(1_700_000_000_000 + Int64(random.below(1 << 30)))
      default: break
      }
      let value = random.bytes(random.below(8) == 0 ? random.below(300) : random.below(64))
      builder.key(0, "k\(index)")
      builder.string(value)
    }
    builder.end()
    let bytes = builder.bytes
    for usesPXAT in [true, false] {
      var options = CommandExporter.Options.merging
      options.usesPXAT = usesPXAT
      let (fast, slow) = try both(bytes, options)
      #expect(ByteString(fast) == ByteString(slow))
    }
  }

  private func both(
    _ bytes: [UInt8], _ options: CommandExporter.Options
  ) throws -> (fast: [UInt8], slow: [UInt8]) {
    var fast = CommandExporter(into: OutputBuffer(), options: options)
    var slow = CommandExporter(into: OutputBuffer(), options: options)
    try bytes.withRawSpan { span in
      var scanner = try RDBScanner(headerOf: span)
      var batch = RecordBatch(capacity: 1000)
      while try scanner.scan(span, into: &batch) != .end {}
      let context = scanner.context
      try batch.withRecords { records in
        let actions = records.indices.map { RecordAction.written(until: records[$0].expiry) }
        var index = 0
        while index < records.count {
          index = fast.exportRun(records, actions: actions.span, from: index, in: span).next
          guard index < records.count else { break }
          let record = records[index]
          _ = try fast.export(record, expiry: record.expiry, from: span, context: context)
          index += 1
        }
        for index in records.indices {
          let record = records[index]
          _ = try slow.export(record, expiry: record.expiry, from: span, context: context)
        }
      }
    }
    return (
      fast.output.withBytes { [UInt8](copying: $0) }, slow.output.withBytes { [UInt8](copying: $0) }
    )
  }
}
