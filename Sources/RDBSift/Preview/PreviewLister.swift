// The rows of `preview --list`, with the same columns in every format:
//
//   db, key, type, record_bytes, expire_ms, outcome, until_ms, effect, pattern
//
// `record_bytes` and `expire_ms` are as stored in the file; `until_ms` is the expiry that would be
// written. Missing values are null or empty. With several files, a column `file` comes first.

package import Export
import RDB
import Restore

/// The decision about a key.
struct PreviewRow {
  /// The record.
  var record: RDBRecord
  /// Whether the key is restored, or why not.
  var disposition: String
  /// The expiry that would be written.
  var until: UnixMilliseconds?
  /// The effect on the existing data, if known.
  var effect: String?
  /// The number of the pattern that selected it.
  var pattern: Int?
}

/// How to write the rows of a preview.
package struct PreviewListFormat: Sendable {
  /// The columns and their syntax.
  package var list: RecordListFormat
  /// The patterns of the selection; rows name the one that matched.
  package let patterns: [[UInt8]]

  private static let columns: [RowFields.Column] = [
    .init("expire_ms"), .init("outcome"), .init("until_ms"), .init("effect"),
    .init("pattern", hasBytes: true),
  ]

  /// Makes a format; without `files`, rows do not name their file.
  package init(_ syntax: RowSyntax, patterns: [[UInt8]], files: [String]?) {
    list = RecordListFormat(syntax, PreviewListFormat.columns, files: files)
    self.patterns = patterns
  }
}

/// Writes the rows of a preview, for one thread.
struct PreviewLister: DeletedKeyLister {
  private var lister: RecordLister
  private let patterns: [[UInt8]]
  var rows: UInt64 { lister.rows }

  init(_ format: PreviewListFormat, file: Int) {
    lister = RecordLister(format.list, file: file)
    patterns = format.patterns
  }

  mutating func beginPart() { lister.beginPart() }

  /// Appends a row about a record in `bytes`.
  mutating func append(
    _ row: PreviewRow, in bytes: RawSpan, _ dialect: RDBDialect, to output: inout OutputBuffer
  ) {
    lister.append(row.record, in: bytes, dialect, to: &output) { fields, output in
      fields.append("expire_ms", number: row.record.expiry?.rawValue, &output)
      fields.append("outcome", name: row.disposition, &output)
      fields.append("until_ms", number: row.until?.rawValue, &output)
      fields.append("effect", name: row.effect, &output)
      fields.append("pattern", bytes: row.pattern.map { patterns[$0] }, &output)
    }
  }

  mutating func appendDeleted(
    _ record: RDBRecord, pattern: Int?, in bytes: RawSpan, _ dialect: RDBDialect,
    to output: inout OutputBuffer
  ) {
    let name = RestoreEffect.deleted.name
    append(
      PreviewRow(record: record, disposition: name, effect: name, pattern: pattern), in: bytes,
      dialect, to: &output)
  }
}
