// Rows as tab-separated lines, for programs that read a line at a time.

import Export
import RDB

/// Renders rows as tab-separated values.
struct TSVRenderer {
  /// Appends a row: the fields that have a member's name.
  func append(_ row: [Field], to output: inout OutputBuffer) {
    for (index, field) in row.filter({ $0.name != nil }).enumerated() {
      if index > 0 { output.append(0x09) }
      append(field.value, to: &output)
    }
    output.append(0x0a)
  }

  /// Appends the line of names.
  func append(names: [StaticString], to output: inout OutputBuffer) {
    for (index, name) in names.enumerated() {
      if index > 0 { output.append(0x09) }
      output.append(name)
    }
    output.append(0x0a)
  }

  /// Numbers are written without commas and units, bytes with escapes.
  private func append(_ value: Value, to output: inout OutputBuffer) {
    switch value {
    case .count(let number), .elements(let number, uncounted: _): output.append(decimal: number)
    case .bytes(let size): output.append(decimal: Int64(size))
    case .key(let bytes, width: _):
      bytes.withRawSpan { output.append(tsv: ByteRange(offset: 0, count: $0.byteCount), of: $0) }
    default:
      for byte in TerminalRenderer(.plain).text(value).utf8 { output.append(byte) }
    }
  }
}
