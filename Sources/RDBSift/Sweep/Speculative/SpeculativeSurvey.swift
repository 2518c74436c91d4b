// A survey with threads. Each thread takes the next chunk of the file, sums its bytes and scans it on
// a guess; whoever finishes the chunk whose turn it is joins it to what came before, and all finished
// ones behind it. Joining is the true scan, which costs next to nothing where a guess was right and a
// serial scan where it was not, so the result is that of one thread whatever the file holds.

import Dispatch
import RDB

/// Surveys one file on threads.
struct SpeculativeSurvey {
  /// Below this, a file is scanned before a second thread has begun.
  private static let smallestFile = 8 << 20

  private let threads: Int
  /// Bytes of a chunk: few enough to be in the cache when they are scanned after they were summed,
  /// and enough for what a chunk costs beside its scan not to matter.
  var chunkBytes = 1 << 22
  /// Bytes that are scanned before there are chunks, to know what the file says of itself.
  var headBytes = 1 << 18

  /// A survey on so many threads.
  init(threads: Int) { self.threads = threads }

  /// A survey of a file, where it is worth the while.
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
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
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
    // The last bytes are most likely the checksum itself.
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

/// A chunk, and the checksum of its bytes, or of those that are summed.
struct SummedChunk: Sendable {
  var chunk: SpeculativeChunk
  var summed: Range<Int>
  var checksum: UInt64
}
