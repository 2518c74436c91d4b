// Rows about records that begin with the same columns in every list, and how their parts are joined.

package import Export
import RDB

/// How to write the rows of a list.
package struct RecordListFormat: Sendable {
  private let syntax: RowSyntax
  /// The columns after `db`, `key`, `type` and `record_bytes`.
  let columns: [RowFields.Column]
  /// File names by file number; nil where rows do not name their file.
  package var files: [String]?

  private static let first: [RowFields.Column] = [
    .init("key", hasBytes: true), .init("type"), .init("record_bytes"),
  ]

  init(_ syntax: RowSyntax, _ columns: [RowFields.Column], files: [String]?) {
    self.syntax = syntax
    self.columns = columns
    self.files = files
  }

  /// The writer for the rows of a file, and for what precedes and follows all rows.
  package func fields(_ file: Int = 0) -> RowFields {
    RowFields(
      syntax, RecordListFormat.first + columns, file: files.map { Array($0[file].utf8) })
  }

  /// How to join parts of a list.
  package var join: RecordOutput.Join { syntax.format.join }
}

/// Writes the rows of a list, for one thread.
struct RecordLister {
  private let fields: RowFields
  private var isFirstOfPart = true
  /// Rows written so far.
  private(set) var rows: UInt64 = 0

  init(_ format: RecordListFormat, file: Int) { fields = format.fields(file) }

  /// Begins a part of the output; another thread may have written the part before.
  mutating func beginPart() { isFirstOfPart = true }

  /// Appends the row of a record in `bytes`; `rest` writes the columns after `record_bytes`.
  mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect, to output: inout OutputBuffer,
    rest: (RowFields, inout OutputBuffer) -> Void
  ) {
    fields.beginRow(in: record.database, isFirst: isFirstOfPart, &output)
    isFirstOfPart = false
    rows &+= 1
    if let key = record.rawKey {
      let place = ByteRange(offset: key.offset, count: key.count)
      fields.append("key", bytes: place, of: bytes, &output)
    } else {
      // The selector has already reported damage to the key.
      fields.append("key", bytes: record.readableKey(in: bytes) ?? [], &output)
    }
    fields.append("type", name: record.typeName(in: bytes, dialect), &output)
    fields.append("record_bytes", number: Int64(record.end &- record.start), &output)
    rest(fields, &output)
    fields.endRow(&output)
    output.drainIfLarge()
  }
}

extension RDBRecord {
  /// The server's answer to `TYPE`; a module's name, if the value has one.
  func typeName(in bytes: RawSpan, _ dialect: RDBDialect) -> String {
    module(in: bytes)?.name ?? type.shape(in: dialect)?.name ?? "unknown"
  }
}
