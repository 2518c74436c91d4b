// Who scans which shard, and whose turn it is to be joined.
//
// A shard goes from untaken to taken to finished to joined. `turn` is the index of the shard that is
// joined next. One thread at a time joins; the others scan ahead, but not too far: there are only so
// many shards between those that are taken and the one whose turn it is.

import Dispatch
import RDB
import Synchronization

/// The shards of one survey.
///
/// All of its calls may come from any thread.
final class ShardBoard: Sendable {
  /// A shard to be scanned.
  struct Task {
    var index: Int
    var range: Range<Int>
    /// A scanner of the file; nil if the shard is only to be summed.
    var scanner: RDBScanner?
  }

  private struct State {
    var next = 0
    var turn = 0
    var finished: [Int: SummedShard] = [:]
    var hasJoiner = false
    var outlook: ShardJoiner.Outlook
  }

  private let joiner: ShardJoiner
  private let start: Int
  private let end: Int
  private let size: Int
  private let state: Mutex<State>
  /// Counts shards that may still be taken.
  private let room = DispatchSemaphore(value: 0)

  /// Makes a board for the bytes from `start` to `end`, cut into shards of `size` bytes.
  init(
    _ joiner: ShardJoiner, _ outlook: ShardJoiner.Outlook, from start: Int, to end: Int,
    by size: Int, ahead: Int
  ) {
    self.joiner = joiner
    self.start = start
    self.end = end
    self.size = size
    state = Mutex(State(outlook: outlook))
    // A semaphore may not be released below the value it was made with, so it is raised to it.
    for _ in 0..<ahead { room.signal() }
  }

  /// The next shard; waits until one may be taken.
  ///
  /// Nil when there will be none.
  func take() -> Task? {
    room.wait()
    let task: Task? = state.withLock { state in
      let first = start + state.next * size
      guard !state.outlook.isOver, first < end else { return nil }
      let range = first..<min(first + size, end)
      let index = state.next
      state.next += 1
      // What the joiner has passed already, it need not be told.
      let isAhead = state.outlook.offset < range.upperBound
      return Task(index: index, range: range, scanner: isAhead ? state.outlook.scanner : nil)
    }
    // Empty-handed means that it is over: wake the next thread to see it too.
    if task == nil { room.signal() }
    return task
  }

  /// Takes in a scanned shard, and joins those whose turn it is.
  func finish(_ index: Int, _ shard: SummedShard, in bytes: RawSpan) {
    var next: SummedShard? = state.withLock { state in
      state.finished[index] = shard
      guard !state.hasJoiner, let first = state.finished.removeValue(forKey: state.turn) else {
        return nil
      }
      state.hasJoiner = true
      return first
    }
    while let current = next {
      let outlook = joiner.join(current, in: bytes)
      next = state.withLock { state in
        state.outlook = outlook
        state.turn += 1
        if !outlook.isOver, let more = state.finished.removeValue(forKey: state.turn) {
          return more
        }
        state.hasJoiner = outlook.isOver
        return nil
      }
      room.signal()
    }
  }
}
