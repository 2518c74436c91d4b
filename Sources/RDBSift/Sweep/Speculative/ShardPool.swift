// A survey with threads. Each thread takes the next shard of the file, sums its bytes and scans it on
// a guess; whoever finishes the shard whose turn it is joins it to what came before, and all finished
// ones behind it. Joining is the true scan, which costs next to nothing where a guess was right and a
// serial scan where it was not, so the result is that of one thread whatever the file holds.

import Dispatch
import RDB

/// Surveys one file on threads.
struct ShardPool {
  /// Below this, a file is scanned before a second thread has begun.
  static let smallestFile = 8 << 20

  let threads: Int
  /// Bytes of a shard: few enough to be in the cache when they are scanned after they were summed,
  /// and enough for what a shard costs beside its scan not to matter.
  var shardBytes = 1 << 22
  /// Bytes that are scanned before there are shards, to know what the file says of itself.
  var headBytes = 1 << 18

  func run(
    _ bytes: RawSpan, _ scanner: RDBScanner, _ options: SweepOptions, moment: UnixMilliseconds
  ) -> SweepResult<RecordTally> {
    let head = min(headBytes, bytes.byteCount)
    let joiner = ShardJoiner(scanner, options, moment)
    let board = ShardBoard(
      joiner, joiner.begin(head, in: bytes), from: head, to: bytes.byteCount, by: shardBytes,
      ahead: threads * 2 + 2)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while let task = board.take() {
        board.finish(task.index, scan(task, bytes, options, moment), in: bytes)
      }
    }
    return joiner.result(in: bytes)
  }

  private func scan(
    _ task: ShardBoard.Task, _ bytes: RawSpan, _ options: SweepOptions, _ moment: UnixMilliseconds
  ) -> SummedShard {
    let range = task.range
    var summed = range
    // The last bytes are most likely the checksum itself.
    if range.upperBound == bytes.byteCount { summed = range.dropLast(8) }
    if !options.checksum { summed = range.prefix(0) }
    let checksum = CRC64.update(0, bytes.extracting(summed))
    let shard =
      if let scanner = task.scanner {
        ScanShard(of: range, in: bytes, like: scanner, moment: moment)
      } else {
        ScanShard(of: range)
      }
    return SummedShard(shard: shard, summed: summed, checksum: checksum)
  }
}

/// A shard, and the checksum of its bytes, or of those that are summed.
struct SummedShard: Sendable {
  var shard: ScanShard
  var summed: Range<Int>
  var checksum: UInt64
}
