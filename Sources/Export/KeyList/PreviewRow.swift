// The decision about one key as a row, with the same columns in every format:
//
//   db, key, type, record_bytes, expire_ms, outcome, until_ms, effect, pattern
//
// `record_bytes` is the record's size and `expire_ms` its expiry, both as stored in the file;
// `until_ms` is the expiry that would be written. Missing values are null or empty. With several
// files, a column `file` comes first. Keys and patterns are two columns, as in `KeyListWriter`.

package import RDB

/// The decision about a key.
package struct PreviewRow: Sendable {
  /// The record.
  package var record: RDBRecord
  /// Whether the key is restored, or why not.
  package var disposition: String
  /// The expiry that would be written.
  package var until: UnixMilliseconds?
  /// The effect on the existing data, if known.
  package var effect: String?
  /// The number of the pattern that selected it.
  package var pattern: Int?

  /// Creates a row.
  package init(
    _ record: RDBRecord, disposition: String, until: UnixMilliseconds? = nil, effect: String? = nil,
    pattern: Int? = nil
  ) {
    self.record = record
    self.disposition = disposition
    self.until = until
    self.effect = effect
    self.pattern = pattern
  }
}

/// Writes the rows of a preview list.
package struct PreviewRowWriter: Sendable {
  /// The format of rows.
  package let format: RowFormat
  private let patterns: [[UInt8]]
  /// The beginning of every row.
  private let rowPrefix: [UInt8]
  private let hasFileColumn: Bool
  private var isJSON: Bool { format == .ndjson || format == .json }

  /// Creates a writer.
  ///
  /// - Parameters:
  ///   - format: The format of rows.
  ///   - patterns: The patterns that rows refer to by number.
  ///   - file: The file's name, if rows have a file column.
  package init(_ format: RowFormat, patterns: [[UInt8]], file: [UInt8]? = nil) {
    self.format = format
    self.patterns = patterns
    hasFileColumn = file != nil
    var buffer = OutputBuffer(capacity: 256)
    buffer.append(rowPrefixFor: file, as: format)
    rowPrefix = buffer.withBytes { [UInt8](copying: $0) }
  }

  /// Writes what precedes the first row.
  package func begin(_ output: inout OutputBuffer) {
    switch format {
    case .tsv:
      if hasFileColumn { output.append("file\t") }
      output.append("db\tkey\ttype\trecord_bytes\texpire_ms\toutcome\tuntil_ms\teffect\tpattern\n")
    case .csv:
      if hasFileColumn { output.append("file,") }
      output.append(
        "db,key,key_b64,type,record_bytes,expire_ms,outcome,until_ms,effect,pattern,pattern_b64\n")
    case .ndjson: break
    case .json: output.append("[\n")
    }
  }

  /// Writes what follows the last row.
  package func end(_ output: inout OutputBuffer, isEmpty: Bool) {
    if format == .json { output.append(isEmpty ? "]\n" : "\n]\n") }
  }

  /// Writes one row.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - key: The place of the decoded key in `keyBytes`.
  ///   - keyBytes: The bytes that contain the key.
  ///   - type: The server's answer to `TYPE`.
  ///   - output: The output.
  package func append(
    _ row: PreviewRow, key: ByteRange, in keyBytes: RawSpan, type: String,
    to output: inout OutputBuffer
  ) {
    let record = row.record
    rowPrefix.withRawSpan { output.append($0) }
    output.append(decimal: UInt64(record.database))
    output.append(format == .tsv ? 0x09 : 0x2c)
    output.append(key, of: keyBytes, as: format, name: "key")
    column(",\"type\":", &output)
    append(name: type, &output)
    column(",\"record_bytes\":", &output)
    output.append(decimal: Int64(record.end &- record.start))
    column(",\"expire_ms\":", &output)
    append(record.expiry, &output)
    column(",\"outcome\":", &output)
    append(name: row.disposition, &output)
    column(",\"until_ms\":", &output)
    append(row.until, &output)
    column(",\"effect\":", &output)
    append(name: row.effect, &output)
    output.append(format == .tsv ? 0x09 : 0x2c)
    append(pattern: row.pattern, &output)
    switch format {
    case .tsv, .csv: output.append(0x0a)
    case .ndjson: output.append("}\n")
    case .json: output.append(0x7d)
    }
  }

  private func column(_ name: StaticString, _ output: inout OutputBuffer) {
    if isJSON { output.append(name) } else { output.append(format == .tsv ? 0x09 : 0x2c) }
  }

  private func append(pattern: Int?, _ output: inout OutputBuffer) {
    guard let pattern else {
      if isJSON {
        output.append("\"pattern\":null,\"pattern_b64\":null")
      } else if format == .csv {
        output.append(0x2c)
      }
      return
    }
    patterns[pattern].withRawSpan {
      output.append(
        ByteRange(offset: 0, count: $0.byteCount), of: $0, as: format, name: "pattern")
    }
  }

  /// A word of the program, or a module's name, which consists of letters, digits, `-` and `_`.
  private func append(name: String?, _ output: inout OutputBuffer) {
    guard let name else { return append(nil, &output) }
    if isJSON { output.append(0x22) }
    for byte in name.utf8 { output.append(byte) }
    if isJSON { output.append(0x22) }
  }

  private func append(_ moment: UnixMilliseconds?, _ output: inout OutputBuffer) {
    if let moment {
      output.append(decimal: moment.rawValue)
    } else if isJSON {
      output.append("null")
    }
  }
}
