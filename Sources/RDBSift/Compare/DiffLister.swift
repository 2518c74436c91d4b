// The rows of `diff --list`, with the same columns in every format:
//
//   db, key, type, record_bytes, expire_ms, old_expire_ms, change
//
// `type` and `record_bytes` are those of the new backup, and of the old one for a removed key.
// `expire_ms` is the new expiry, `old_expire_ms` the old one. With several files, a column `file`
// comes first.

package import Export
import RDB
import Restore

extension RecordListFormat {
  /// The format of the rows of `diff`.
  package static func changes(_ syntax: RowSyntax, files: [String]?) -> RecordListFormat {
    RecordListFormat(
      syntax, [.init("expire_ms"), .init("old_expire_ms"), .init("change")], files: files)
  }
}

extension RestoreEffect {
  /// The change in the rows of `diff`; nil for none.
  var change: String? {
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
struct DiffLister: DeletedKeyLister {
  private var lister: RecordLister
  var rows: UInt64 { lister.rows }

  init(_ format: RecordListFormat, file: Int) { lister = RecordLister(format, file: file) }

  mutating func beginPart() { lister.beginPart() }

  /// Appends the row of a record in `bytes`, unless nothing has changed.
  mutating func append(
    _ compared: ComparedRecord, in bytes: RawSpan, _ dialect: RDBDialect,
    to output: inout OutputBuffer
  ) {
    guard let change = compared.effect.change else { return }
    lister.append(compared.record, in: bytes, dialect, to: &output) { fields, output in
      fields.append("expire_ms", number: compared.expiry?.rawValue, &output)
      fields.append("old_expire_ms", number: compared.oldExpiry?.rawValue, &output)
      fields.append("change", name: change, &output)
    }
  }

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
