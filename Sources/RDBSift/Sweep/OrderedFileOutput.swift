// One output behind several sweeps that may run side by side: the bytes come out in the order of the
// files. The file whose turn it is writes through; the others keep what they have, up to a limit, and
// wait then. Files are begun in order, so the one whose turn it is always has a thread.

import Dispatch
import Export
import RDB
import Storage
import Synchronization

/// Puts the outputs of the files of a backup one behind the other.
package final class OrderedFileOutput: @unchecked Sendable {
  // Unchecked: `output` is written to by whoever has the turn, which passes on under the lock.

  fileprivate struct State {
    var turn = 0
    /// What files have written before their turn, and those of them that are done.
    var pending: [Int: [UInt8]] = [:]
    var done: Set<Int> = []
    var waiting: [Int: DispatchSemaphore] = [:]
    var begun: Set<Int> = []
    /// The last file that is wanted: what those behind it write is dropped.
    var last = Int.max
  }

  /// Bytes that a file may keep before its turn.
  private static let limit = 16 << 20

  private let output: RecordOutput
  private let state = Mutex(State())

  /// Makes an output in front of another, which joins parts in the same way.
  package init(_ output: RecordOutput) { self.output = output }

  /// Whether a file is still wanted, or one before it ended the job.
  package func wants(_ file: Int) -> Bool { state.withLock { file <= $0.last } }

  /// The output of one file.
  package func part(_ file: Int) -> RecordOutput {
    RecordOutput(output.join) { (bytes) throws(SystemError) in try self.write(bytes, of: file) }
  }

  private func write(_ bytes: RawSpan, of file: Int) throws(SystemError) {
    guard hasTurn(file) else { return keep(bytes, of: file) }
    flush(file)
    put(bytes, of: file)
    if let failure = output.failure { throw failure }
  }

  private func hasTurn(_ file: Int) -> Bool { state.withLock { $0.turn == file } }

  /// Keeps bytes until the turn comes; waits for it if they are many.
  private func keep(_ bytes: RawSpan, of file: Int) {
    let wait: DispatchSemaphore? = state.withLock { state in
      guard file <= state.last else { return nil }
      state.pending[file, default: []] += [UInt8](copying: bytes)
      guard state.pending[file, default: []].count > OrderedFileOutput.limit, state.turn != file
      else { return nil }
      let semaphore = DispatchSemaphore(value: 0)
      state.waiting[file] = semaphore
      return semaphore
    }
    wait?.wait()
  }

  /// Writes what was kept; only the file whose turn it is calls it.
  private func flush(_ file: Int) {
    let kept = state.withLock { $0.pending.removeValue(forKey: file) }
    kept?.withRawSpan { put($0, of: file) }
  }

  private func put(_ bytes: RawSpan, of file: Int) {
    guard bytes.byteCount > 0 else { return }
    let isFirst: Bool? = state.withLock { state in
      file <= state.last ? state.begun.insert(file).inserted : nil
    }
    guard let isFirst else { return }
    // A file's commands begin with a SELECT of their own; rows of an array need what stands between.
    if isFirst { output.begin(OutputBoundary()) }
    output.write(bytes)
  }

  /// Says that a file has written all; `goesOn` tells whether those behind it may.
  package func end(_ file: Int, goesOn: Bool) {
    var next: Int? = state.withLock { state in
      if !goesOn { state.stop(behind: file) }
      state.done.insert(file)
      return state.turn == file ? file : nil
    }
    while let current = next {
      flush(current)
      next = state.withLock { $0.passTurn(after: current) }
    }
  }
}

extension OrderedFileOutput.State {
  /// Drops what comes behind a file.
  fileprivate mutating func stop(behind file: Int) {
    last = min(last, file)
    pending = pending.filter { $0.key <= file }
    for (index, semaphore) in waiting where index > file {
      semaphore.signal()
      waiting[index] = nil
    }
  }

  /// The next file, if it is done already; else its own thread goes on.
  fileprivate mutating func passTurn(after file: Int) -> Int? {
    turn = file + 1
    waiting.removeValue(forKey: turn)?.signal()
    return done.contains(turn) ? turn : nil
  }
}
