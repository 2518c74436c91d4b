// Rows of keys of a log at a moment: those that the log changed are in no file, but have the command that
// changed them last.

import Export
import RDB
import Restore

/// Writes rows of keys of one of the two files of a log at a moment.
struct LogRows: Sendable {
  private let writer: KeyRowWriter
  private let part: MomentPart

  init(_ format: RowFormat, _ part: MomentPart, file: [UInt8]?) {
    writer = KeyRowWriter(
      RowSyntax(format), KeyColumn.usual(namingFiles: file != nil, ofLogs: true), file: file ?? [])
    self.part = part
  }

  /// Appends the row of a record under a name.
  ///
  /// - Parameters:
  ///   - record: The record as it is in its file.
  ///   - database: The database that the row names.
  ///   - name: The name.
  ///   - module: The module, for a module's value.
  ///   - dialect: The dialect of the record's type.
  ///   - output: The output.
  func append(
    _ record: RDBRecord, in database: UInt32, named name: RawSpan, _ module: ModuleID?,
    _ dialect: RDBDialect, to output: inout OutputBuffer
  ) {
    var row = KeyRow(
      record, key: ByteRange(offset: 0, count: name.byteCount), module: module, dialect: dialect,
      change: part.change(of: record))
    row.record.database = database
    writer.append(row, in: name, to: &output)
  }
}

extension ExportRequest {
  /// How to write the rows of a file of a log at a moment; nil for any other file.
  func logRows(_ format: RowFormat, of file: Int) -> LogRows? {
    guard moments.indices.contains(file), let part = moments[file] else { return nil }
    return LogRows(format, part, file: name(of: file))
  }

  /// Whether any file is of a log.
  var isOfLogs: Bool { moments.contains { $0 != nil } }
}
