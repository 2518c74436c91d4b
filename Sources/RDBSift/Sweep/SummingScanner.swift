// The scan of a file with its checksum, a step ahead: bytes are summed while they come into the
// cache, and the scan then finds them there. Sum and scan in turn cost little more than either.

import RDB

/// Scans a file in steps and sums its bytes on the way.
struct SummingScanner: ~Copyable {
  /// Bytes that are summed before they are scanned: a part of the second cache.
  static let step = 1 << 18

  private(set) var scanner: RDBScanner
  private let sums: Bool
  /// The checksum of the bytes before `summed`.
  private var checksum: UInt64 = 0
  private var summed = 0
  /// The same before the last step, since the end may lie inside it.
  private var previousChecksum: UInt64 = 0
  private var previous = 0

  /// The first byte that the checksum may still need; it lags behind the scan where a record is long.
  var unsummed: Int { sums ? previous : .max }

  init(scanner: RDBScanner, checksum: Bool) {
    self.scanner = scanner
    sums = checksum
  }

  /// Appends records to a batch: until it is full, a step is done, or the limit is reached.
  ///
  /// Unless the bytes are the whole file, a record that reaches behind them is `.truncated`, and the
  /// same call with more bytes goes on.
  /// - Returns: Which of them; there is more unless the file has ended.
  mutating func fill(
    _ batch: inout RecordBatch, from bytes: RawSpan, until end: Int = .max, isWhole: Bool = true
  ) throws(RDBError) -> RDBScanner.Stop {
    let limit = sumAhead(in: bytes, until: end, isWhole: isWhole)
    return try scanner.scan(bytes, until: limit, into: &batch)
  }

  /// Counts records: until a step is done, or the limit is reached.
  ///
  /// Bytes that are not the whole file are as above.
  /// - Returns: Which of them; there is more unless the file has ended.
  mutating func fill(
    _ tally: inout RecordTally, from bytes: RawSpan, until end: Int, isWhole: Bool = true
  ) throws(RDBError) -> RDBScanner.Stop {
    let limit = sumAhead(in: bytes, until: end, isWhole: isWhole)
    return try scanner.scan(bytes, until: limit, into: &tally)
  }

  /// Counts records as far as a shard reaches, taking over what it has found; nothing is summed.
  mutating func fill(
    _ tally: inout RecordTally, from bytes: RawSpan, over shard: SpeculativeChunk
  ) throws(RDBError) -> RDBScanner.Stop {
    let end = shard.range.upperBound
    return try scanner.scan(
      bytes, over: shard, until: end < bytes.byteCount ? end : .max, into: &tally)
  }

  /// Sums what is to be scanned next; how far that is, if anything is summed, and else the limit.
  private mutating func sumAhead(in bytes: RawSpan, until end: Int, isWhole: Bool) -> Int {
    // Of a file that is still coming, what stands behind the bytes is not its end.
    let last = isWhole ? Int.max : bytes.byteCount
    guard sums else { return end < bytes.byteCount ? end : last }
    while summed <= scanner.state.offset, summed < bytes.byteCount {
      let end = min(summed + SummingScanner.step, bytes.byteCount)
      previousChecksum = checksum
      previous = summed
      checksum = CRC64.update(checksum, bytes.extracting(summed..<end))
      summed = end
    }
    return summed == bytes.byteCount ? last : summed
  }

  /// The checksum of the file up to its end opcode, which is at `end`; nil if none was summed.
  func finish(end: Int, in bytes: RawSpan) -> UInt64? {
    guard sums else { return nil }
    let stop = end + 1
    if stop >= summed { return CRC64.update(checksum, bytes.extracting(summed..<stop)) }
    return CRC64.update(previousChecksum, bytes.extracting(previous..<stop))
  }
}
