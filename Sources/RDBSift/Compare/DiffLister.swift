// The rows of `diff --list`, with the same columns in every format:
//
//   db, key, type, bytes, expire_ms, old_expire_ms, change
//
// `type` and `bytes`, the size of the record, are those of the new backup, and of the old one for a removed
// key. `expire_ms` is the new expiry, `old_expire_ms` the old one. With several files, a column `file`
// comes first.

package import Export
import RDB
import Restore

/// How to write the rows of a list.
package struct DiffListFormat: Sendable {
  /// The format of rows.
  package var format: RowFormat
  /// File names by file number; nil where rows do not name their file.
  package var files: [String]?

  private static let columns: [RowFields.Column] = [
    .init("key", hasBytes: true), .init("type"), .init("bytes"), .init("expire_ms"),
    .init("old_expire_ms"), .init("change"),
  ]

  /// Makes a format.
  package init(_ format: RowFormat, files: [String]?) {
    self.format = format
    self.files = files
  }

  /// The writer for the rows of a file, and for what precedes and follows all rows.
  package func writer(_ file: Int = 0) -> RowFields {
    RowFields(format, DiffListFormat.columns, file: files.map { Array($0[file].utf8) })
  }

  /// How to join parts of a list.
  package var join: RecordOutput.Join { format.join }
}

extension RestoreEffect {
  /// The change in the rows and reports of `diff`; nil for none.
  package var change: String? {
    switch self {
    case .created: "added"
    case .deleted: "removed"
    case .changed: "changed"
    case .expiryChanged: "expiry"
    case .unchanged: nil
    }
  }
}

/// Writes the rows of changes, for one thread.
struct DiffLister {
  private let fields: RowFields
  private var isFirstOfPart = true
  /// Rows written so far.
  private(set) var rows: UInt64 = 0

  init(_ format: DiffListFormat, file: Int) { fields = format.writer(file) }

  /// Begins a part of the output; another thread may have written the part before.
  mutating func beginPart() { isFirstOfPart = true }

  /// Appends the row of a record in `bytes`, unless nothing has changed.
  mutating func append(
    _ compared: ComparedRecord, in bytes: RawSpan, _ dialect: RDBDialect,
    to output: inout OutputBuffer
  ) {
    guard let change = compared.effect.change else { return }
    let record = compared.record
    fields.beginRow(in: record.database, isFirst: isFirstOfPart, &output)
    isFirstOfPart = false
    rows &+= 1
    if let key = record.rawKey {
      let place = ByteRange(offset: key.offset, count: key.count)
      fields.append("key", bytes: place, of: bytes, &output)
    } else {
      // The selector has already reported damage to the key.
      let key = record.readableKey(in: bytes) ?? []
      key.withRawSpan {
        fields.append("key", bytes: ByteRange(offset: 0, count: $0.byteCount), of: $0, &output)
      }
    }
    fields.append("type", name: record.typeName(in: bytes, dialect), &output)
    fields.append("bytes", number: Int64(record.end &- record.start), &output)
    fields.append("expire_ms", number: compared.expiry?.rawValue, &output)
    fields.append("old_expire_ms", number: compared.oldExpiry?.rawValue, &output)
    fields.append("change", name: change, &output)
    fields.endRow(&output)
    output.drainIfLarge()
  }
}

extension DiffLister: DeletedKeyLister {
  mutating func appendDeleted(
    _ record: RDBRecord, pattern: Int?, in bytes: RawSpan, _ dialect: RDBDialect,
    to output: inout OutputBuffer
  ) {
    var compared = ComparedRecord(record, until: nil)
    compared.effect = .deleted
    compared.oldExpiry = record.expiry
    append(compared, in: bytes, dialect, to: &output)
  }
}

extension RDBRecord {
  /// The server's answer to `TYPE`; a module's name, if the value has one.
  func typeName(in bytes: RawSpan, _ dialect: RDBDialect) -> String {
    module(in: bytes)?.name ?? type.shape(in: dialect)?.name ?? "unknown"
  }
}
