// The rows of `preview --list`, on standard output.

import Export
import RDBSift
import Restore
import Storage

/// A list that is being written.
struct FateList {
  let output: PartOutput
  /// How parts of it are joined.
  let join: PartOutput.Join
  private let format: RowFormat
  private let patterns: [[UInt8]]
  private let tellsFiles: Bool

  /// Makes a list; of several files, each row tells its own.
  init(_ format: RowFormat, _ selected: Selection, tellsFiles: Bool) {
    self.format = format
    self.tellsFiles = tellsFiles
    patterns = selected.filter.keys.patterns.map(\.bytes)
    join = ListingWorker.join(format)
    output = .standardOutput(join)
  }

  /// What writes the rows of a file.
  func writer(_ file: String) -> FateRowWriter {
    FateRowWriter(format, patterns: patterns, file: tellsFiles ? Array(file.utf8) : nil)
  }

  /// Writes what stands before the first row.
  func begin() throws { try write { writer("").begin(&$0) } }

  /// Writes what stands behind the last row.
  func end(isEmpty: Bool) throws { try write { writer("").end(&$0, isEmpty: isEmpty) } }

  private func write(_ body: (inout OutputBuffer) -> Void) throws {
    try StandardStream.writeText(body)
  }
}
