// Who scans which chunk, and whose turn it is to be joined.
//
// A chunk goes from untaken to taken to finished to joined. `turn` is the index of the chunk that is
// joined next. One thread at a time joins; the others scan ahead, but not too far: there are only so
// many chunks between those that are taken and the one whose turn it is.

import Dispatch
import RDB
import Synchronization

/// The chunks of one survey.
///
/// All of its calls may come from any thread.
final class ChunkScheduler: Sendable {
  /// A chunk to be scanned.
  struct Task {
    var index: Int
    var range: Range<Int>
    /// A scanner of the file; nil if the chunk is only to be summed.
    var scanner: RDBScanner?
  }

  private struct State {
    var next = 0
    var turn = 0
    var finished: [Int: SummedChunk] = [:]
    var hasJoiner = false
    var frontier: ChunkJoiner.ScanFrontier
  }

  private let joiner: ChunkJoiner
  private let start: Int
  private let end: Int
  private let size: Int
  private let state: Mutex<State>
  /// Counts chunks that may still be taken.
  private let room = DispatchSemaphore(value: 0)

  /// Makes a scheduler for the bytes from `start` to `end`, cut into chunks of `size` bytes.
  init(
    _ joiner: ChunkJoiner, _ frontier: ChunkJoiner.ScanFrontier, from start: Int, to end: Int,
    by size: Int, ahead: Int
  ) {
    self.joiner = joiner
    self.start = start
    self.end = end
    self.size = size
    state = Mutex(State(frontier: frontier))
    // A semaphore may not be released below the value it was made with, so it is raised to it.
    for _ in 0..<ahead { room.signal() }
  }

  /// The next chunk; waits until one may be taken.
  ///
  /// Nil when there will be none.
  func take() -> Task? {
    room.wait()
    let task: Task? = state.withLock { state in
      let first = start + state.next * size
      guard !state.frontier.isOver, first < end else { return nil }
      let range = first..<min(first + size, end)
      let index = state.next
      state.next += 1
      // What the joiner has passed already, it need not be told.
      let isAhead = state.frontier.offset < range.upperBound
      return Task(index: index, range: range, scanner: isAhead ? state.frontier.scanner : nil)
    }
    // Empty-handed means that it is over: wake the next thread to see it too.
    if task == nil { room.signal() }
    return task
  }

  /// Takes in a scanned chunk, and joins those whose turn it is.
  func finish(_ index: Int, _ chunk: SummedChunk, in bytes: RawSpan) {
    var next: SummedChunk? = state.withLock { state in
      state.finished[index] = chunk
      guard !state.hasJoiner, let first = state.finished.removeValue(forKey: state.turn) else {
        return nil
      }
      state.hasJoiner = true
      return first
    }
    while let current = next {
      let frontier = joiner.join(current, in: bytes)
      next = state.withLock { state in
        state.frontier = frontier
        state.turn += 1
        if !frontier.isOver, let more = state.finished.removeValue(forKey: state.turn) {
          return more
        }
        state.hasJoiner = frontier.isOver
        return nil
      }
      room.signal()
    }
  }
}
