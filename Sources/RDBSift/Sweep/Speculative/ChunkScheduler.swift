// Distributes chunks to threads and joins them in order.
//
// A chunk goes from untaken to taken to finished to joined. `turn` is the index of the chunk to join next.
// One thread at a time joins; the others scan at most `ahead` chunks ahead of it.

import Dispatch
import RDB
import Synchronization

/// The chunks of one survey.
///
/// Any thread may call any method.
final class ChunkScheduler: Sendable {
  /// A chunk to be scanned.
  struct Task {
    var index: Int
    var range: Range<Int>
    /// A scanner of the file; nil if only the checksum is needed.
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
    // Dispatch traps if a semaphore is freed below its initial value, so that is 0.
    for _ in 0..<ahead { room.signal() }
  }

  /// Waits for the next chunk; nil when there are no more.
  func take() -> Task? {
    room.wait()
    let task: Task? = state.withLock { state in
      let first = start + state.next * size
      guard !state.frontier.isOver, first < end else { return nil }
      let range = first..<min(first + size, end)
      let index = state.next
      state.next += 1
      // The joiner needs no scan of a chunk that it has already passed.
      let isAhead = state.frontier.offset < range.upperBound
      return Task(index: index, range: range, scanner: isAhead ? state.frontier.scanner : nil)
    }
    // There are no more chunks: wake the next thread.
    if task == nil { room.signal() }
    return task
  }

  /// Finishes a chunk, and joins all finished chunks whose turn it is.
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
