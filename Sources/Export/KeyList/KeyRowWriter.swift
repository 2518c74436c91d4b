// Rows with any columns in any order. With the usual columns the bytes are those of `KeyListWriter`,
// which writes them faster.

import RDB

/// Writes the rows of a key list with chosen columns.
package struct KeyRowWriter: KeyRowEncoder {
  private let syntax: RowSyntax
  private let columns: [KeyColumn]
  private let file: [UInt8]

  /// Creates a writer.
  ///
  /// - Parameters:
  ///   - syntax: How rows are spelled.
  ///   - columns: At least one column.
  ///   - file: The name for the column `file`.
  package init(_ syntax: RowSyntax, _ columns: [KeyColumn], file: [UInt8] = []) {
    self.syntax = syntax
    self.columns = columns
    self.file = file
  }

  /// What separates two rows of an array.
  package var separator: StaticString? { format == .json ? ",\n" : nil }

  private var format: RowFormat { syntax.format }
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
        output.append(row.key, of: keyBytes, as: syntax, name: "key")
      } else {
        if isJSON { appendName(of: column, to: &output) }
        append(column, row, to: &output)
      }
    }
    if isJSON { output.append(0x7d) }
    if format != .json { output.append(0x0a) }
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
      output.append(ByteRange(offset: 0, count: span.byteCount), of: span, as: syntax)
    }
  }
}
