// Rows of named columns, as `keys` and SQL engines write them: CSV (RFC 4180) or TSV with a header, or
// NDJSON; or plain values, one per line.

/// What is wrong with a file of rows.
package struct TextRowsError: Error, Sendable {
  /// The number of the line, from 1.
  package var line: Int
  /// What is wrong.
  package var text: String

  /// Makes an error.
  package init(line: Int, text: String) {
    self.line = line
    self.text = text
  }
}

/// A row.
package struct TextRow: Sendable {
  /// The number of its first line, from 1.
  package let line: Int
  private let values: [String: [UInt8]]
  private let columns: Set<String>

  fileprivate init(line: Int, _ values: [String: [UInt8]], columns: Set<String>) {
    self.line = line
    self.values = values
    self.columns = columns
  }

  /// The bytes in a column; nil if there is no such column, or null in it.
  package subscript(name: String) -> [UInt8]? { values[name] }

  /// Whether the rows have a column.
  package func hasColumn(_ name: String) -> Bool { columns.contains(name) }

  /// The number in a column, not negative; nil if there is none.
  /// - Throws: An error if it is something else.
  package func number(_ name: String) throws(TextRowsError) -> Int? {
    guard let text = values[name], !text.isEmpty else { return nil }
    guard text.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(String(decoding: text, as: UTF8.self))
    else { throw error("\(name) is not a number") }
    return number
  }

  /// An error about the row.
  package func error(_ text: String) -> TextRowsError { TextRowsError(line: line, text: text) }
}

/// Reads rows.
package enum TextRows {
  /// Reads all rows of a text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - plain: The column that values without a header belong to, and that all rows must have.
  ///   - body: Called with each row.
  /// - Throws: What is wrong with the text, or what `body` throws.
  package static func read(
    _ bytes: [UInt8], plain: String, _ body: (TextRow) throws(TextRowsError) -> Void
  ) throws(TextRowsError) {
    let first = bytes.prefix { $0 != 0x0a }
    switch bytes.first(where: { $0 > 0x20 }) {
    case nil: return
    case UInt8(ascii: "{"): return try readObjects(bytes, body)
    case UInt8(ascii: "["):
      throw TextRowsError(line: 1, text: "a JSON array; write rows as NDJSON, one object per line")
    default: break
    }
    let isPlain = first.trimmed.allSatisfy { (0x30...0x39).contains($0) }
    let separator: UInt8 = first.contains(0x09) ? 0x09 : 0x2c
    var reader = FieldReader(bytes[...], separator: separator, quotes: separator == 0x2c)
    var names = isPlain ? [plain] : []
    while let (line, fields) = try reader.next() {
      guard !names.isEmpty else {
        names = fields.map { String(decoding: $0, as: UTF8.self) }
        guard names.contains(plain) else {
          throw TextRowsError(line: line, text: "the header has no column \(plain)")
        }
        continue
      }
      // An empty line is no row, unless a row may be empty.
      if fields == [[]] { continue }
      try body(try row(line, names, fields, isEscaped: separator == 0x09))
    }
  }

  private static func row(
    _ line: Int, _ names: [String], _ fields: [[UInt8]], isEscaped: Bool
  ) throws(TextRowsError) -> TextRow {
    guard fields.count == names.count else {
      throw TextRowsError(
        line: line, text: "\(fields.count) fields where the header has \(names.count)")
    }
    var values: [String: [UInt8]] = [:]
    for (name, field) in zip(names, fields) {
      guard let value = isEscaped ? EscapedBytes.bytes(field) : field else {
        throw TextRowsError(line: line, text: "\(name) has a backslash that escapes nothing")
      }
      values[name] = value
    }
    return TextRow(line: line, values, columns: Set(names))
  }

  private static func readObjects(
    _ bytes: [UInt8], _ body: (TextRow) throws(TextRowsError) -> Void
  ) throws(TextRowsError) {
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.trimmed.isEmpty {
      var parser = FlatJSON(line)
      guard let members = parser.object() else {
        throw TextRowsError(line: index + 1, text: "not a JSON object of numbers and strings")
      }
      let values = Dictionary(members.map { ($0.name, $0.value) }) { _, last in last }
      try body(TextRow(line: index + 1, values, columns: parser.names))
    }
  }
}

/// Splits lines into fields.
private struct FieldReader {
  private var rest: ArraySlice<UInt8>
  private let separator: UInt8
  private let quotes: Bool
  private var line = 0

  init(_ bytes: ArraySlice<UInt8>, separator: UInt8, quotes: Bool) {
    rest = bytes
    self.separator = separator
    self.quotes = quotes
  }

  /// The fields of the next row and the number of its first line; nil after the last.
  mutating func next() throws(TextRowsError) -> (line: Int, fields: [[UInt8]])? {
    guard !rest.isEmpty else { return nil }
    line += 1
    let first = line
    var fields: [[UInt8]] = []
    repeat {
      fields.append(
        quotes && rest.first == 0x22 ? try quotedField() : plainField())
    } while take(separator)
    if !rest.isEmpty, !take(0x0a) {
      throw TextRowsError(line: line, text: "text after the closing quote of a field")
    }
    return (first, fields)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func plainField() -> [UInt8] {
    let field = rest.prefix { $0 != separator && $0 != 0x0a }
    rest = rest[field.endIndex...]
    // A line may end with CR LF.
    let ends = rest.first != separator && field.last == 0x0d
    return Array(ends ? field.dropLast() : field)
  }

  private mutating func quotedField() throws(TextRowsError) -> [UInt8] {
    let first = line
    rest = rest.dropFirst()
    var field: [UInt8] = []
    while let end = rest.firstIndex(of: 0x22) {
      let part = rest[..<end]
      line += part.count { $0 == 0x0a }
      field += part
      rest = rest[(end + 1)...]
      guard take(0x22) else {
        if rest.first == 0x0d, rest.dropFirst().first ?? 0x0a == 0x0a { rest = rest.dropFirst() }
        return field
      }
      field.append(0x22)
    }
    throw TextRowsError(line: first, text: "a quote is not closed")
  }
}
