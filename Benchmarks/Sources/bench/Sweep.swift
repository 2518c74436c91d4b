// A scan as the program does it, by the public doors: batches of 256 records, and bytes summed in
// steps of 256 KiB ahead of the scan.

import CLimits
import Dispatch
import RDB
import Synchronization

/// What takes the records of a scan.
protocol RecordConsumer: ~Copyable {
  mutating func take(
    _ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext) throws(RDBError)
}

/// Scans a file from its first byte to its last.
///
/// - Returns: Whether the checksum is right; true where none was asked for.
func sweep<Consumer: RecordConsumer & ~Copyable>(
  _ bytes: RawSpan, sums: Bool = false, into consumer: inout Consumer
) throws(RDBError) -> Bool {
  var scanner = try RDBScanner(headerOf: bytes)
  var batch = RecordBatch(capacity: 256)
  let body = bytes.byteCount - 8
  var checksum: UInt64 = 0
  var summed = 0
  var stored: UInt64?
  var stop = RDBScanner.Stop.batchFull
  while stop != .end {
    while sums, summed <= scanner.state.offset, summed < body {
      let end = min(summed + MappedFile.step, body)
      checksum = CRC64.update(checksum, bytes.extracting(summed..<end))
      summed = end
    }
    batch.removeAll()
    let limit = sums && summed < body ? summed : Int.max
    stop = try scanner.scan(bytes, until: limit, into: &batch)
    try batch.withRecords { records throws(RDBError) in
      try consumer.take(records, in: bytes, scanner.context)
    }
    if case .end(_, let sum)? = batch.events.last?.event { stored = sum }
  }
  return !sums || stored == checksum
}

/// Counts a file's records by kind, as the program does where it only counts.
///
/// - Returns: The counts, and whether the checksum is right; true where none was asked for.
func count(
  _ bytes: RawSpan, sums: Bool = false
) throws(RDBError) -> (tally: RecordTally, isRight: Bool) {
  var scanner = try RDBScanner(headerOf: bytes)
  var tally = RecordTally()
  let body = bytes.byteCount - 8
  var checksum: UInt64 = 0
  var summed = 0
  var stored: UInt64?
  var stop = RDBScanner.Stop.limit
  while stop != .end {
    while sums, summed <= scanner.state.offset, summed < body {
      let end = min(summed + MappedFile.step, body)
      checksum = CRC64.update(checksum, bytes.extracting(summed..<end))
      summed = end
    }
    stop = try scanner.scan(bytes, until: sums && summed < body ? summed : .max, into: &tally)
    if case .end(_, let sum)? = tally.events.last { stored = sum }
    tally.removeEvents()
  }
  return (tally, !sums || stored == checksum)
}

/// Counts a file's records on threads: shards are scanned on a guess, then joined in order.
///
/// The program joins a shard as soon as it can; here all are joined in the end.
func count(_ bytes: RawSpan, threads: Int) throws(RDBError) -> RecordTally {
  var scanner = try RDBScanner(headerOf: bytes)
  var tally = RecordTally()
  _ = try scanner.scan(bytes, until: MappedFile.step, into: &tally)
  let (start, size, like, moment) = (MappedFile.step, 1 << 22, scanner, tally.moment)
  let count = max(0, bytes.byteCount - start + size - 1) / size
  let shards = Mutex([SpeculativeChunk?](repeating: nil, count: count))
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    while case let index = next.add(1, ordering: .relaxed).oldValue, index < count {
      let first = start + index * size
      let range = first..<min(first + size, bytes.byteCount)
      let shard = SpeculativeChunk(of: range, in: bytes, like: like, moment: moment)
      shards.withLock { $0[index] = shard }
    }
  }
  for case let (index, shard?) in shards.withLock({ $0 }).enumerated() {
    let end = index == count - 1 ? Int.max : shard.range.upperBound
    while try scanner.scan(bytes, over: shard, until: end, into: &tally) == .batchFull {
      tally.removeEvents()
    }
  }
  return tally
}

/// Counts records and hashes their places, in order.
struct HashConsumer: RecordConsumer {
  var keys = 0
  var hash: UInt64 = 0

  mutating func take(_ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext) {
    var hash = hash
    for index in records.indices {
      let record = records[index]
      hash = limits_mix(
        hash, UInt64(truncatingIfNeeded: record.offset), UInt64(record.keyCount),
        UInt64(truncatingIfNeeded: record.valueCount),
        UInt64(bitPattern: record.expiryMilliseconds))
    }
    self.hash = hash
    keys += records.count
  }
}

/// Walks every value and counts what is poured.
struct WalkConsumer: RecordConsumer, ~Copyable {
  private var sink = ElementSink()
  private var scratch = Scratch()

  var elements: UInt64 { sink.elements }

  mutating func take(
    _ records: Span<RDBRecord>, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    for index in records.indices where records[index].type.isDecoded(in: context.dialect) {
      var at = records[index].valueOffset
      try walk(records[index].type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)
    }
  }
}

/// Counts elements by the row, and adds up their sizes so that each is looked at.
private struct ElementSink: ValueSink {
  static var decodes: Bool { true }
  var elements: UInt64 = 0
  var size = 0

  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) {
    elements += 1
    size &+= item.count
  }
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {
    elements += 1
    size &+= field.count &+ value.count
  }
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {
    elements += 1
    size &+= member.count
  }
  mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) {
    for index in items.indices { size &+= items[index].count }
    elements += UInt64(items.count)
  }
  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) {
    for index in items.indices { size &+= items[index].count }
    elements += UInt64(items.count / 2)
  }
  mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) {
    for index in members.indices { size &+= members[index].count }
    elements += UInt64(members.count)
  }
}
