// The beginning of every row: the file, if there are several, and the first member's name.

import RDB

extension OutputBuffer {
  mutating func append(rowPrefixFor file: [UInt8]?, as syntax: RowSyntax) {
    let format = syntax.format
    let isJSON = format == .ndjson || format == .json
    if isJSON { append(file == nil ? "{\"db\":" : "{\"file\":") }
    guard let file else { return }
    file.withRawSpan { bytes in
      append(ByteRange(offset: 0, count: bytes.byteCount), of: bytes, as: syntax)
    }
    switch format {
    case .tsv: append(0x09)
    case .csv: append(0x2c)
    case .ndjson, .json: append(",\"db\":")
    }
  }
}
