// Rows as tab-separated lines, for programs that read a line at a time.

import Export
import RDB

/// Renders rows as tab-separated values: exact numbers, and bytes with escapes.
struct TSVRenderer {
  var syntax = RowSyntax(.tsv)

  /// Appends a line of names, or of other cells.
  func append(_ cells: [Value], to output: inout OutputBuffer) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { output.append(0x09) }
      append(cell, to: &output)
    }
    output.append(0x0a)
  }

  private func append(_ value: Value, to output: inout OutputBuffer) {
    switch value {
    case .count(let number): output.append(decimal: number)
    case .bytes(let size): output.append(decimal: Int64(size))
    case .key(let bytes?, width: _): append(escaped: bytes, to: &output)
    case .foreign(let text, width: _): append(escaped: Array(text.utf8), to: &output)
    default: for byte in TerminalRenderer(.plain).text(value).utf8 { output.append(byte) }
    }
  }

  private func append(escaped bytes: [UInt8], to output: inout OutputBuffer) {
    bytes.withRawSpan {
      output.append(ByteRange(offset: 0, count: $0.byteCount), of: $0, as: syntax)
    }
  }
}
