// The members of rows that are written one by one, in every format.

package import RDB

/// Writes the members of rows.
package struct RowFields: Sendable {
  /// A column of rows.
  package struct Column: Sendable {
    /// Its name.
    package let name: StaticString
    /// Whether it has bytes, which take two columns in CSV and JSON.
    package let hasBytes: Bool

    /// Creates a column.
    package init(_ name: StaticString, hasBytes: Bool = false) {
      self.name = name
      self.hasBytes = hasBytes
    }
  }

  private let syntax: RowSyntax
  private let columns: [Column]
  /// The beginning of every row.
  private let rowPrefix: [UInt8]
  private let hasFileColumn: Bool
  private var format: RowFormat { syntax.format }
  private var isJSON: Bool { format == .ndjson || format == .json }

  /// Creates a writer.
  ///
  /// - Parameters:
  ///   - syntax: How rows are spelled.
  ///   - columns: The columns after `db`, in order.
  ///   - file: The file's name, if rows have a file column.
  package init(_ syntax: RowSyntax, _ columns: [Column], file: [UInt8]? = nil) {
    self.syntax = syntax
    self.columns = columns
    hasFileColumn = file != nil
    var buffer = OutputBuffer(capacity: 256)
    buffer.append(rowPrefixFor: file, as: syntax)
    rowPrefix = buffer.withBytes { [UInt8](copying: $0) }
  }

  /// Writes what precedes the first row.
  package func begin(_ output: inout OutputBuffer) {
    guard !isJSON else { return format == .json ? output.append("[\n") : () }
    if hasFileColumn {
      output.append("file")
      output.append(separator)
    }
    output.append("db")
    for column in columns {
      output.append(separator)
      output.append(column.name)
      if column.hasBytes, format == .csv {
        output.append(separator)
        output.append(column.name)
        output.append("_b64")
      }
    }
    output.append(0x0a)
  }

  /// Writes what follows the last row.
  package func end(_ output: inout OutputBuffer, isEmpty: Bool) {
    if format == .json { output.append(isEmpty ? "]\n" : "\n]\n") }
  }

  /// Begins a row.
  ///
  /// - Parameters:
  ///   - database: The database.
  ///   - isFirst: Whether it is the first row of a part; rows of an array are separated by commas.
  ///   - output: The output.
  package func beginRow(in database: UInt32, isFirst: Bool, _ output: inout OutputBuffer) {
    if format == .json, !isFirst { output.append(",\n") }
    rowPrefix.withRawSpan { output.append($0) }
    output.append(decimal: UInt64(database))
  }

  /// Ends a row.
  package func endRow(_ output: inout OutputBuffer) {
    switch format {
    case .tsv, .csv: output.append(0x0a)
    case .ndjson: output.append("}\n")
    case .json: output.append(0x7d)
    }
  }

  /// Writes a key or other bytes.
  package func append(
    _ column: StaticString, bytes place: ByteRange, of bytes: RawSpan, _ output: inout OutputBuffer
  ) {
    output.append(separator)
    output.append(place, of: bytes, as: syntax, name: column)
  }

  /// Writes bytes that may be absent.
  package func append(_ column: StaticString, bytes: [UInt8]?, _ output: inout OutputBuffer) {
    if let bytes {
      return bytes.withRawSpan {
        append(column, bytes: ByteRange(offset: 0, count: $0.byteCount), of: $0, &output)
      }
    }
    append(column, name: nil, &output)
    guard format != .tsv else { return }
    output.append(separator)
    guard isJSON else { return }
    output.append(0x22)
    output.append(column)
    output.append("_b64\":null")
  }

  /// Writes a word of the program, or a module's name, which consists of letters, digits, `-` and `_`.
  package func append(_ column: StaticString, name: String?, _ output: inout OutputBuffer) {
    begin(column, &output)
    guard let name else { return appendNull(&output) }
    if isJSON { output.append(0x22) }
    for byte in name.utf8 { output.append(byte) }
    if isJSON { output.append(0x22) }
  }

  /// Writes a number.
  package func append(_ column: StaticString, number: Int64?, _ output: inout OutputBuffer) {
    begin(column, &output)
    if let number { output.append(decimal: number) } else { appendNull(&output) }
  }

  private var separator: UInt8 { format == .tsv ? 0x09 : 0x2c }

  private func begin(_ column: StaticString, _ output: inout OutputBuffer) {
    output.append(separator)
    guard isJSON else { return }
    output.append(0x22)
    output.append(column)
    output.append("\":")
  }

  private func appendNull(_ output: inout OutputBuffer) { if isJSON { output.append("null") } }
}
