// A survey on several threads. Each thread takes the next chunk of the file, computes its checksum and scans
// it speculatively. The thread that finishes the chunk whose turn it is joins it and all finished chunks
// after it. Joining is the real scan: it costs almost nothing where the guess was right and a serial scan
// where it was wrong, so the result is always that of one thread.

import RDB

/// Surveys one file on several threads.
struct SpeculativeSurvey {
  /// Smaller files are scanned before a second thread has started.
  private static let smallestFile = 8 << 20

  private let threads: Int
  /// Bytes per chunk: few enough to stay in the cache between checksum and scan, and enough to outweigh
  /// the overhead of a chunk.
  var chunkBytes = 1 << 22
  /// Bytes scanned before the first chunk, to read the metadata.
  var headBytes = 1 << 18

  /// Makes a survey on `threads` threads.
  init(threads: Int) { self.threads = threads }

  /// Makes a survey of a file; nil if one thread is enough.
  init?(of bytes: RawSpan, threads: Int) {
    guard threads > 1, bytes.byteCount >= SpeculativeSurvey.smallestFile else { return nil }
    self.init(threads: threads)
  }

  func run(
    _ bytes: RawSpan, _ scanner: RDBScanner, _ options: SweepOptions, moment: UnixMilliseconds
  ) -> SweepResult<RecordTally> {
    let head = min(headBytes, bytes.byteCount)
    let joiner = ChunkJoiner(scanner, options, moment)
    let scheduler = ChunkScheduler(
      joiner, joiner.begin(head, in: bytes), from: head, to: bytes.byteCount, by: chunkBytes,
      ahead: threads * 2 + 2)
    runWorkers(threads) { _ in
      while let task = scheduler.take() {
        scheduler.finish(task.index, scan(task, bytes, options, moment), in: bytes)
      }
    }
    return joiner.result(in: bytes)
  }

  private func scan(
    _ task: ChunkScheduler.Task, _ bytes: RawSpan, _ options: SweepOptions,
    _ moment: UnixMilliseconds
  ) -> SummedChunk {
    let range = task.range
    var summed = range
    // The last eight bytes are most likely the checksum.
    if range.upperBound == bytes.byteCount { summed = range.dropLast(8) }
    if !options.checksum { summed = range.prefix(0) }
    let checksum = CRC64.update(0, bytes.extracting(summed))
    let chunk =
      if let scanner = task.scanner {
        SpeculativeChunk(of: range, in: bytes, like: scanner, moment: moment)
      } else {
        SpeculativeChunk(of: range)
      }
    return SummedChunk(chunk: chunk, summed: summed, checksum: checksum)
  }
}

/// A scanned chunk, with the checksum of the bytes in `summed`.
struct SummedChunk: Sendable {
  var chunk: SpeculativeChunk
  var summed: Range<Int>
  var checksum: UInt64
}
