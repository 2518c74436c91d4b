// Columns of a row in any of the row formats, one by one: for rows that are not written by the million.

import RDB

/// Writes the columns of rows.
package struct RowColumns {
  private let syntax: RowSyntax
  private var isFirst = true

  /// Makes a writer of rows.
  package init(_ syntax: RowSyntax) { self.syntax = syntax }

  private var format: RowFormat { syntax.format }
  private var separator: UInt8 { format == .tsv ? 0x09 : 0x2c }
  private var isJSON: Bool { format == .ndjson || format == .json }

  /// Writes the header line, or what precedes the first row.
  package func begin(_ columns: [RowFields.Column], _ output: inout OutputBuffer) {
    guard !isJSON else {
      if format == .json { output.append("[\n") }
      return
    }
    for (index, column) in columns.enumerated() {
      if index > 0 { output.append(separator) }
      output.append(column.name)
      guard column.hasBytes, format == .csv else { continue }
      output.append(separator)
      output.append(column.name)
      output.append("_b64")
    }
    output.append("\n")
  }

  /// Ends a row.
  package mutating func endRow(_ output: inout OutputBuffer) {
    if isJSON { output.append("}") }
    if format != .json { output.append("\n") }
    isFirst = true
  }

  /// Separates rows of an array.
  package func separate(_ output: inout OutputBuffer) {
    if format == .json { output.append(",\n") }
  }

  /// Writes what follows the last row.
  package func end(_ output: inout OutputBuffer) { if format == .json { output.append("\n]\n") } }

  /// Writes what precedes a value: a separator, or the member's name.
  package mutating func name(_ name: StaticString, _ output: inout OutputBuffer) {
    if isJSON {
      output.append(isFirst ? "{\"" : ",\"")
      output.append(name)
      output.append("\":")
    } else if !isFirst {
      output.append(separator)
    }
    isFirst = false
  }

  /// Writes a number, or nothing.
  package mutating func column(
    _ name: StaticString, _ value: Int64?, _ output: inout OutputBuffer
  ) {
    self.name(name, &output)
    if let value { output.append(decimal: value) } else if isJSON { output.append("null") }
  }

  /// Writes text or bytes, or nothing.
  package mutating func column(
    _ name: StaticString, _ value: [UInt8]?, _ output: inout OutputBuffer
  ) {
    self.name(name, &output)
    guard let value else { return isJSON ? output.append("null") : () }
    value.withRawSpan { bytes in
      output.append(ByteRange(offset: 0, count: bytes.byteCount), of: bytes, as: syntax)
    }
  }

  /// Writes a key or other bytes, or nothing; in CSV and JSON, bytes that are no text have a column of
  /// their own.
  package mutating func column(
    _ name: StaticString, bytes value: [UInt8]?, _ output: inout OutputBuffer
  ) {
    guard let value else {
      column(name, nil as Int64?, &output)
      guard format != .tsv else { return }
      output.append(separator)
      guard isJSON else { return }
      output.append(0x22)
      output.append(name)
      return output.append("_b64\":null")
    }
    if isJSON { output.append(isFirst ? 0x7b : 0x2c) } else if !isFirst { output.append(separator) }
    isFirst = false
    value.withRawSpan { bytes in
      output.append(
        ByteRange(offset: 0, count: bytes.byteCount), of: bytes, as: syntax, name: name)
    }
  }

  /// Writes a value as JSON, in other formats as text that holds JSON.
  package mutating func json(
    _ name: StaticString, _ json: [UInt8]?, _ output: inout OutputBuffer
  ) {
    guard isJSON, let json else { return column(name, json, &output) }
    self.name(name, &output)
    json.withRawSpan { output.append($0) }
  }
}
