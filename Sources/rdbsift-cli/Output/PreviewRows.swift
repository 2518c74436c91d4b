// The list of keys that `preview --list` writes.

import Export
import RDBSift
import Restore
import Storage

/// Rows of what becomes of keys, on standard output.
struct PreviewRows {
  let output: RecordOutput
  let format: PreviewListFormat

  /// Makes a list; of several files, each row names its own.
  init(_ format: RowFormat, _ selected: Selection, files: [String]?) {
    let patterns = selected.filter.keys.patterns.map(\.bytes)
    let list = PreviewListFormat(format, patterns: patterns, files: files)
    self.format = list
    output = .standardOutput(list.join)
    output.heading = { list.writer().begin(&$0) }
  }

  /// Writes what stands behind the last row.
  func end(isEmpty: Bool) throws {
    output.writeHeading()
    if let failure = output.failure { throw failure }
    try StandardStream.writeText { format.writer().end(&$0, isEmpty: isEmpty) }
  }
}
