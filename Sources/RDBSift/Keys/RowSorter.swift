// Sorts rows of any number in bounded memory. Threads hand over sorted runs; what exceeds the memory is
// merged into one run of a temporary file, and in the end all runs are merged.

import Export
import RDB
package import Storage
import Synchronization

/// Collects sorted runs and merges them.
package final class RowSorter: Sendable {
  private struct State: ~Copyable {
    /// Runs in memory, one after the other.
    var bytes = OutputBuffer(capacity: 1 << 16)
    var runs: [Range<Int>] = []
    /// Runs in the temporary file.
    var spill: SpillFile?
    var spilled: [Range<Int>] = []
    /// Why the temporary file cannot be written.
    var failure: SystemError?
  }

  /// The order of rows.
  package let order: KeyOrder
  /// The number of rows to keep; nil for all.
  package let top: Int?
  private let folder: String
  private let memory: Int
  private let state = Mutex(State())

  /// Makes a sorter.
  ///
  /// - Parameters:
  ///   - order: The order of rows.
  ///   - top: The number of rows to keep; nil for all.
  ///   - folder: Where the temporary file is made, if one is needed.
  ///   - memory: Bytes of rows to keep in memory.
  package init(_ order: KeyOrder, top: UInt64?, folder: String, memory: Int = 64 << 20) {
    self.order = order
    self.top = top.map { Int(clamping: $0) }
    self.folder = folder
    self.memory = memory
  }

  /// Takes over the rows of a run.
  func add(_ run: inout RowRun) {
    run.drain { rows in
      state.withLock { state in
        guard state.failure == nil else { return }
        let start = state.bytes.count
        state.bytes.append(rows)
        state.runs.append(start..<state.bytes.count)
        if state.bytes.count >= memory { spill(&state) }
      }
    }
  }

  /// Merges what is in memory into a run of the temporary file.
  private func spill(_ state: inout State) {
    do throws(SystemError) {
      if state.spill == nil { state.spill = try SpillFile(in: folder) }
      let start = state.spilled.last?.upperBound ?? 0
      let count = try RowSorter.write(
        RowMerge(state.runs, order), of: state.bytes, first: top, to: &state.spill)
      state.spilled.append(start..<(start + count))
      state.bytes.removeAll()
      state.runs.removeAll()
    } catch {
      state.failure = error
    }
  }

  /// Writes the first rows of a merge as a run; returns its bytes.
  private static func write(
    _ merge: RowMerge, of bytes: borrowing OutputBuffer, first top: Int?, to file: inout SpillFile?
  ) throws(SystemError) -> Int {
    var merge = merge
    var output = OutputBuffer()
    var count = 0
    try bytes.withBytes { bytes throws(SystemError) in
      var left = top ?? .max
      while left > 0, let entry = merge.next(in: bytes) {
        entry.append(from: bytes, to: &output)
        left -= 1
        guard output.isLarge else { continue }
        count += output.count
        try output.withBytes { (rows) throws(SystemError) in try file?.append(rows) }
        output.removeAll()
      }
    }
    try output.withBytes { (rows) throws(SystemError) in try file?.append(rows) }
    return count + output.count
  }

  /// Writes the rows in order; call it once, when all runs were added.
  ///
  /// - Parameters:
  ///   - output: Receives the rows.
  ///   - separator: What separates two rows.
  /// - Returns: The number of rows.
  /// - Throws: Why the temporary file cannot be written or read.
  package func write(
    into output: RecordOutput, separator: StaticString?
  ) throws(SystemError) -> UInt64 {
    var state = state.withLock { exchange(&$0) }
    if let failure = state.failure { throw failure }
    guard state.spill != nil else {
      return state.bytes.withBytes { merged(state.runs, in: $0, into: output, separator) }
    }
    spill(&state)
    if let failure = state.failure { throw failure }
    guard let file = state.spill.take() else { return 0 }
    let mapped = try MappedFile(try file.reopened())
    return mapped.withBytes { merged(state.spilled, in: $0, into: output, separator) }
  }

  /// The state, and an empty one in its place.
  private func exchange(_ state: inout State) -> State {
    var taken = State()
    swap(&taken, &state)
    return taken
  }

  private func merged(
    _ runs: [Range<Int>], in bytes: RawSpan, into output: RecordOutput, _ separator: StaticString?
  ) -> UInt64 {
    var merge = RowMerge(runs, order)
    var buffer = OutputBuffer()
    var rows: UInt64 = 0
    while rows < UInt64(clamping: top ?? .max), output.failure == nil,
      let entry = merge.next(in: bytes)
    {
      if rows > 0, let separator { buffer.append(separator) }
      buffer.append(entry.row, of: bytes)
      rows &+= 1
      guard buffer.isLarge else { continue }
      buffer.withBytes { output.write($0) }
      buffer.removeAll()
    }
    buffer.withBytes { output.write($0) }
    return rows
  }
}
