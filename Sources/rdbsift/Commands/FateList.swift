// The rows of `preview --list`, on standard output.

import Export
import Pipeline
import Restore
import Storage

/// A list that is being written.
struct FateList {
  let writer: FateRowWriter
  let output: PartOutput

  init(_ format: RowFormat, _ selected: Selection) {
    writer = FateRowWriter(format, patterns: selected.filter.keys.patterns.map(\.bytes))
    output = .standardOutput(ListingWorker.join(format))
  }

  /// Writes what stands before the first row.
  func begin() throws { try write { writer.begin(&$0) } }

  /// Writes what stands behind the last row.
  func end(isEmpty: Bool) throws { try write { writer.end(&$0, isEmpty: isEmpty) } }

  private func write(_ body: (inout OutputBuffer) -> Void) throws {
    try StandardStream.writeText(body)
  }
}
