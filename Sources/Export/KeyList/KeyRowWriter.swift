// Rows with any columns in any order. With the usual columns the bytes are those of `KeyListWriter`,
// which writes them faster.

import RDB

/// What CSV does beyond RFC 4180.
package struct CSVStyle: Hashable, Sendable {
  /// Whether `'` precedes text that a spreadsheet would run as a formula.
  package var guardsFormulas = false
  /// Whether keys with control characters are base64 too.
  package var encodesControls = false

  /// Makes a style that does nothing more.
  package init() {}

  /// Whether a spreadsheet would run a text as a formula.
  fileprivate func isFormula(_ place: ByteRange, of bytes: RawSpan) -> Bool {
    guard guardsFormulas, place.count > 0 else { return false }
    return "=+-@\t\r".utf8.contains(bytes.byte(place.offset))
  }

  /// Whether a text has control characters of ASCII or of two bytes.
  fileprivate func isEncoded(_ place: ByteRange, of bytes: RawSpan) -> Bool {
    guard encodesControls else { return false }
    return place.range.contains { offset in
      let byte = bytes.byte(offset)
      guard byte >= 0x20, byte != 0x7f else { return true }
      return byte == 0xc2 && offset + 1 < place.end && bytes.byte(offset + 1) < 0xa0
    }
  }
}

/// Writes the rows of a key list with chosen columns.
package struct KeyRowWriter: KeyRowEncoder {
  private let format: RowFormat
  private let columns: [KeyColumn]
  private let file: [UInt8]
  private let style: CSVStyle

  /// Creates a writer.
  ///
  /// - Parameters:
  ///   - format: The format of rows.
  ///   - columns: At least one column.
  ///   - file: The name for the column `file`.
  ///   - style: What CSV does beyond RFC 4180.
  package init(
    _ format: RowFormat, _ columns: [KeyColumn], file: [UInt8] = [],
    _ style: CSVStyle = CSVStyle()
  ) {
    self.style = style
    self.format = format
    self.columns = columns
    self.file = file
  }

  /// What separates two rows of an array.
  package var separator: StaticString? { format == .json ? ",\n" : nil }

  private var isJSON: Bool { format == .ndjson || format == .json }

  /// Writes the titles, or opens an array.
  package func begin(_ output: inout OutputBuffer) {
    switch format {
    case .ndjson: break
    case .json: output.append("[\n")
    case .csv, .tsv:
      let names = columns.flatMap { column in
        column == .key && format == .csv ? ["key", "key_b64"] : [column.rawValue]
      }
      output.append(text: names.joined(separator: format == .csv ? "," : "\t"))
      output.append(0x0a)
    }
  }

  /// Closes an array.
  package func end(_ output: inout OutputBuffer, isEmpty: Bool) {
    if format == .json { output.append(isEmpty ? "]\n" : "\n]\n") }
  }

  /// Writes one row.
  package func append(_ row: KeyRow, in keyBytes: RawSpan, to output: inout OutputBuffer) {
    for (index, column) in columns.enumerated() {
      if isJSON {
        output.append(index == 0 ? 0x7b : 0x2c)
      } else if index > 0 {
        output.append(format == .csv ? 0x2c : 0x09)
      }
      if column == .key {
        appendKey(row.key, of: keyBytes, to: &output)
      } else {
        if isJSON { appendName(of: column, to: &output) }
        append(column, row, to: &output)
      }
    }
    if isJSON { output.append(0x7d) }
    if format != .json { output.append(0x0a) }
  }

  private func appendKey(
    _ key: ByteRange, of bytes: RawSpan, to output: inout OutputBuffer
  ) {
    guard format == .csv, style != CSVStyle() else {
      return output.append(key, of: bytes, as: format, name: "key")
    }
    if style.isEncoded(key, of: bytes) {
      output.append(0x2c)
      output.append(base64: key, of: bytes)
    } else {
      guarded(key, of: bytes, &output) { $0.append($1, of: $2, as: .csv, name: "key") }
    }
  }

  /// Appends a text, after `'` if it would be run as a formula.
  private func guarded(
    _ place: ByteRange, of bytes: RawSpan, _ output: inout OutputBuffer,
    _ append: (inout OutputBuffer, ByteRange, RawSpan) -> Void
  ) {
    guard style.isFormula(place, of: bytes) else { return append(&output, place, bytes) }
    var text = [UInt8(ascii: "'")]
    text += [UInt8](copying: bytes.extracting(place.range))
    text.withRawSpan { append(&output, ByteRange(offset: 0, count: $0.byteCount), $0) }
  }

  private func appendName(of column: KeyColumn, to output: inout OutputBuffer) {
    output.append(0x22)
    output.append(text: column.rawValue)
    output.append("\":")
  }

  private func append(_ column: KeyColumn, _ row: KeyRow, to output: inout OutputBuffer) {
    let record = row.record
    switch column {
    case .key: break
    case .file: append(bytes: file, to: &output)
    case .db: append(UInt64(record.database), to: &output)
    case .type:
      append(
        word: row.module?.name ?? record.type.shape(in: row.dialect)?.name ?? "unknown",
        to: &output)
    case .encoding: append(word: row.encoding.name, to: &output)
    case .rdbType: append(row.change == nil ? UInt64(record.type.rawValue) : nil, to: &output)
    case .elements: append(record.elements, to: &output)
    case .recordBytes: append(UInt64(record.end &- record.start), to: &output)
    case .offset: append(row.change == nil ? UInt64(record.start) : nil, to: &output)
    case .expiry: append(record.expiry, to: &output)
    case .idle: append(record.idleSeconds.map { UInt64($0) }, to: &output)
    case .frequency: append(record.frequency.map { UInt64($0) }, to: &output)
    case .slot: append(record.slot.map { UInt64($0) }, to: &output)
    case .memory: append(row.measure?.memory.map { UInt64($0) }, to: &output)
    case .realMemory: append(row.measure?.realMemory.map { UInt64($0) }, to: &output)
    case .logFile, .logOffset, .estimated: append(column, row.change, to: &output)
    }
  }

  private func append(
    _ column: KeyColumn, _ change: LoggedChange?, to output: inout OutputBuffer
  ) {
    switch column {
    case .logFile:
      if let change {
        append(bytes: change.file, to: &output)
      } else if isJSON {
        output.append("null")
      }
    case .logOffset: append(change?.offset.map { UInt64($0) }, to: &output)
    default: output.append(change == nil ? "false" : "true")
    }
  }

  private func append(_ number: UInt64?, to output: inout OutputBuffer) {
    if let number { output.append(decimal: number) } else if isJSON { output.append("null") }
  }

  private func append(_ moment: UnixMilliseconds?, to output: inout OutputBuffer) {
    if let moment {
      output.append(decimal: moment.rawValue)
    } else if isJSON {
      output.append("null")
    }
  }

  /// A word of the program, or a module's name, which consists of letters, digits, `-` and `_`.
  private func append(word: String, to output: inout OutputBuffer) {
    if isJSON { output.append(0x22) }
    output.append(text: word)
    if isJSON { output.append(0x22) }
  }

  private func append(bytes: [UInt8], to output: inout OutputBuffer) {
    bytes.withRawSpan { span in
      guarded(ByteRange(offset: 0, count: span.byteCount), of: span, &output) {
        $0.append($1, of: $2, as: format)
      }
    }
  }
}
