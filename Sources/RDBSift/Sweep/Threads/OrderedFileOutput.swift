// Orders the output of files that are swept in parallel. The file whose turn it is writes directly; the
// others buffer up to a limit and then wait. Files begin in order, so the current one always has a thread.

import Dispatch
import Export
import RDB
import Storage
import Synchronization

/// Writes the outputs of the files of a backup in file order.
package final class OrderedFileOutput: @unchecked Sendable {
  // Unchecked: only the thread with the turn writes to `output`, and the turn passes under the lock.

  fileprivate struct State {
    var turn = 0
    /// The buffered bytes of files before their turn, and the files that are done.
    var pending: [Int: [UInt8]] = [:]
    var done: Set<Int> = []
    var waiting: [Int: DispatchSemaphore] = [:]
    var begun: Set<Int> = []
    /// The last file to write; the output of later files is dropped.
    var last = Int.max
  }

  /// Bytes that a file may buffer before its turn.
  private static let limit = 16 << 20

  private let output: RecordOutput
  private let state = Mutex(State())

  /// Makes an ordered output in front of `output`.
  package init(_ output: RecordOutput) { self.output = output }

  /// Whether the output of a file is still wanted: no earlier file has ended the job.
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

  /// Buffers bytes until the turn comes; waits for it beyond the limit.
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

  /// Writes the buffered bytes; only called for the file whose turn it is.
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
    // The commands of a file begin with a SELECT; rows of an array need a separator.
    if isFirst { output.begin(OutputBoundary()) }
    output.write(bytes)
  }

  /// Ends the output of a file; unless `goesOn`, the output of later files is dropped.
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
  /// Drops the output of later files.
  fileprivate mutating func stop(behind file: Int) {
    last = min(last, file)
    pending = pending.filter { $0.key <= file }
    for (index, semaphore) in waiting where index > file {
      semaphore.signal()
      waiting[index] = nil
    }
  }

  /// Passes the turn.
  ///
  /// Returns the next file if it is already done; otherwise its own thread continues.
  fileprivate mutating func passTurn(after file: Int) -> Int? {
    turn = file + 1
    waiting.removeValue(forKey: turn)?.signal()
    return done.contains(turn) ? turn : nil
  }
}
