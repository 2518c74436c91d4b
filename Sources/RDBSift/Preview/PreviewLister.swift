import Export
import RDB
import Restore

/// Writes the rows of a preview list, for one thread.
struct PreviewLister {
  private let writer: PreviewRowWriter
  private var rowsInPart = 0
  /// Rows written so far.
  private(set) var rows: UInt64 = 0

  init(_ writer: PreviewRowWriter) { self.writer = writer }

  /// Begins a part of the output; another thread may have written the part before.
  mutating func beginPart() { rowsInPart = 0 }

  /// Appends the row of a record in `bytes`.
  mutating func append(
    _ row: PreviewRow, in bytes: RawSpan, _ dialect: RDBDialect,
    to output: inout OutputBuffer
  ) {
    if writer.format == .json, rowsInPart > 0 { output.append(",\n") }
    rowsInPart += 1
    rows &+= 1
    let record = row.record
    let type = record.typeName(in: bytes, dialect)
    if let key = record.rawKey {
      let place = ByteRange(offset: key.offset, count: key.count)
      writer.append(row, key: place, in: bytes, type: type, to: &output)
    } else {
      // The selector has already reported damage to the key.
      let key = record.readableKey(in: bytes) ?? []
      key.withRawSpan {
        writer.append(
          row, key: ByteRange(offset: 0, count: $0.byteCount), in: $0, type: type, to: &output)
      }
    }
    output.drainIfLarge()
  }
}

extension PreviewLister: DeletedKeyLister {
  mutating func appendDeleted(
    _ record: RDBRecord, pattern: Int?, in bytes: RawSpan, _ dialect: RDBDialect,
    to output: inout OutputBuffer
  ) {
    let name = RestoreEffect.deleted.name
    append(
      PreviewRow(record, disposition: name, effect: name, pattern: pattern), in: bytes, dialect,
      to: &output)
  }
}
