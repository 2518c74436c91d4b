// Joins chunks in file order: the real scan, and its checksum.

import RDB

/// The state of the joining thread.
final class ChunkJoiner: @unchecked Sendable {
  // Unchecked: one thread owns it at a time; the scheduler passes it on under its lock.

  private let scan: SweepScanner
  private let options: SweepOptions
  private var tally: RecordTally
  /// The checksum of the bytes before `summed`.
  private var checksum: UInt64 = 0
  private var summed = 0

  init(_ scanner: RDBScanner, _ options: SweepOptions, _ moment: UnixMilliseconds) {
    scan = SweepScanner(scanner, checksum: options.checksum, leavesChecksum: true)
    scan.cancellation = options.cancellation
    self.options = options
    tally = RecordTally(moment: moment)
  }

  /// How far the real scan has come, for the threads that scan ahead.
  struct ScanFrontier {
    /// The scanner; nil if records are so large that skipping them serially costs nothing.
    var scanner: RDBScanner?
    /// The offset reached.
    var offset: Int
    /// Whether there is nothing more to read.
    var isOver: Bool
  }

  /// Average bytes per record from which scanning ahead does not pay.
  private static let large = 4096

  /// Scans the first bytes of the file.
  func begin(_ head: Int, in bytes: RawSpan) -> ScanFrontier {
    let stop = advance(until: head, in: bytes)
    if options.checksum, stop != .end { sum(0..<head, in: bytes) }
    return frontier(after: stop)
  }

  /// Scans over a chunk.
  func join(_ found: SummedChunk, in bytes: RawSpan) -> ScanFrontier {
    let stop = advance(until: .max, over: found.chunk, in: bytes)
    let end = scan.metadata.end.map { $0 + 1 }
    if options.checksum, end == nil || end == found.summed.upperBound {
      checksum = CRC64.combine(checksum, found.checksum, count: found.summed.count)
      summed = found.summed.upperBound
    }
    options.progress?(scan.scan.scanner.state.offset)
    return frontier(after: stop)
  }

  private func advance(
    until end: Int, over chunk: SpeculativeChunk? = nil, in bytes: RawSpan
  ) -> RDBScanner.Stop {
    var stop = RDBScanner.Stop.batchFull
    while stop == .batchFull { stop = scan.fill(&tally, from: bytes, until: end, over: chunk) }
    return stop
  }

  private func frontier(after stop: RDBScanner.Stop) -> ScanFrontier {
    let scanner = scan.scan.scanner
    let isSparse = UInt64(scanner.state.offset) > tally.total.keys &* UInt64(ChunkJoiner.large)
    return ScanFrontier(
      scanner: isSparse ? nil : scanner, offset: scanner.state.offset, isOver: stop == .end)
  }

  private func sum(_ range: Range<Int>, in bytes: RawSpan) {
    checksum = CRC64.update(checksum, bytes.extracting(range))
    summed = range.upperBound
  }

  /// Makes the result.
  func result(in bytes: RawSpan) -> SweepResult<RecordTally> {
    if options.checksum, let end = scan.metadata.end {
      // The end may lie inside a chunk.
      sum(summed..<(end + 1), in: bytes)
      scan.checksum = checksum
    }
    return scan.result(tally, in: bytes)
  }
}
