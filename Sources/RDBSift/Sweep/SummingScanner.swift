// Scans a file and computes its checksum a step ahead. The checksum brings the bytes into the cache, so both
// together cost little more than either.

import RDB

/// Scans a file in steps and computes its checksum.
struct SummingScanner: ~Copyable {
  /// Bytes per step: a part of the L2 cache.
  static let step = 1 << 18

  private(set) var scanner: RDBScanner
  private let sums: Bool
  /// The checksum of the bytes before `summed`.
  private var checksum: UInt64 = 0
  private var summed = 0
  /// The checksum before the last step, since the file may end inside it.
  private var previousChecksum: UInt64 = 0
  private var previous = 0

  /// The first byte that the checksum may still need; less than the scan offset after a long record.
  var unsummed: Int { sums ? previous : .max }

  init(scanner: RDBScanner, checksum: Bool) {
    self.scanner = scanner
    sums = checksum
  }

  /// Appends records to a batch: until it is full, a step is done, or the limit is reached.
  ///
  /// If `isWhole` is false, a record beyond the bytes throws `.truncated`, and the same call with more
  /// bytes continues.
  /// - Returns: The reason; there is more unless it is `.end`.
  mutating func fill(
    _ batch: inout RecordBatch, from bytes: RawSpan, until end: Int = .max, isWhole: Bool = true
  ) throws(RDBError) -> RDBScanner.Stop {
    let limit = sumAhead(in: bytes, until: end, isWhole: isWhole)
    return try scanner.scan(bytes, until: limit, into: &batch)
  }

  /// Counts records: until a step is done, or the limit is reached.
  ///
  /// `isWhole` is as above.
  /// - Returns: The reason; there is more unless it is `.end`.
  mutating func fill(
    _ tally: inout RecordTally, from bytes: RawSpan, until end: Int, isWhole: Bool = true
  ) throws(RDBError) -> RDBScanner.Stop {
    let limit = sumAhead(in: bytes, until: end, isWhole: isWhole)
    return try scanner.scan(bytes, until: limit, into: &tally)
  }

  /// Counts records over a speculative chunk, reusing what its scan found; computes no checksum.
  mutating func fill(
    _ tally: inout RecordTally, from bytes: RawSpan, over chunk: SpeculativeChunk
  ) throws(RDBError) -> RDBScanner.Stop {
    let end = chunk.range.upperBound
    return try scanner.scan(
      bytes, over: chunk, until: end < bytes.byteCount ? end : .max, into: &tally)
  }

  /// Extends the checksum up to a byte of a value that the scan steps over.
  mutating func sum(_ bytes: RawSpan, upTo end: Int) {
    guard sums else { return }
    while summed < end { sumStep(in: bytes, upTo: end) }
  }

  private mutating func sumStep(in bytes: RawSpan, upTo last: Int) {
    let end = min(summed + SummingScanner.step, last)
    previousChecksum = checksum
    previous = summed
    checksum = CRC64.update(checksum, bytes.extracting(summed..<end))
    summed = end
  }

  /// Extends the checksum over the next step and returns the scan limit.
  private mutating func sumAhead(in bytes: RawSpan, until end: Int, isWhole: Bool) -> Int {
    // More bytes may follow the ones that have arrived.
    let last = isWhole ? Int.max : bytes.byteCount
    guard sums else { return end < bytes.byteCount ? end : last }
    while summed <= scanner.state.offset, summed < bytes.byteCount {
      sumStep(in: bytes, upTo: bytes.byteCount)
    }
    return summed == bytes.byteCount ? last : summed
  }

  /// The checksum up to the end opcode at `end`; nil if none was computed.
  func finish(end: Int, in bytes: RawSpan) -> UInt64? {
    guard sums else { return nil }
    let stop = end + 1
    if stop >= summed { return CRC64.update(checksum, bytes.extracting(summed..<stop)) }
    return CRC64.update(previousChecksum, bytes.extracting(previous..<stop))
  }
}
