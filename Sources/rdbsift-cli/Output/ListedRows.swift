import Export
import RDBSift
import Storage

/// The rows of a list on standard output.
struct ListedRows {
  let output: RecordOutput
  private let fields: RowFields

  init(_ list: RecordListFormat) {
    let fields = list.fields()
    self.fields = fields
    output = .standardOutput(list.join)
    output.heading = { fields.begin(&$0) }
  }

  /// Writes what follows the last row.
  func end(isEmpty: Bool) throws { try output.end { fields.end(&$0, isEmpty: isEmpty) } }
}

extension RecordOutput {
  /// Writes the heading, if no row was written, and what follows the last row.
  func end(_ body: (inout OutputBuffer) -> Void) throws {
    writeHeading()
    if let failure { throw failure }
    try StandardStream.writeText(body)
  }
}
