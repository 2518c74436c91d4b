// Lists of exact keys: `keys --format keylist` writes them, `--keys-file` reads them.
//
//   0    bit 0: the bytes are a key; otherwise they are the text of a line
//   1…   the bytes

import Export
import RDB
import Restore

/// Writes and reads keys, and reads any text.
public func fuzzKeyList(_ bytes: RawSpan) {
  var input = FuzzInput()
  let isKey = input.option(bytes) & 1 == 1
  let text = bytes.extracting(input.payload(bytes)).fuzzBytes
  if isKey {
    precondition(EscapedBytes.bytes(line(of: text)) == text, "a key does not come back")
  } else if let key = EscapedBytes.bytes(text) {
    precondition(key.count <= text.count, "more bytes than letters")
    precondition(EscapedBytes.bytes(line(of: key)) == key, "a key that was read does not come back")
  }
}

/// The line of a key.
private func line(of key: [UInt8]) -> [UInt8] {
  let line = withExactCopy(of: key) { span in
    var output = OutputBuffer(capacity: 64)
    output.append(tsv: ByteRange(offset: 0, count: span.byteCount), of: span)
    return output.withBytes { $0.fuzzBytes }
  }
  precondition(!line.contains { $0 < 0x20 || $0 == 0x7f }, "a line has a control character")
  precondition(line.count <= 4 * key.count, "a line is longer than its escapes")
  return line
}
