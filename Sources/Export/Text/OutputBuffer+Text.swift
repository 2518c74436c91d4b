// Bytes as text in each format, without loss.

package import RDB

extension OutputBuffer {
  /// A JSON string if the bytes are UTF-8, otherwise `{"b64":"…"}`.
  package mutating func append(json place: ByteRange, of bytes: RawSpan) {
    switch TextKind(place, of: bytes) {
    case .plain:
      write(atMost: place.count &+ 2) {
        $0.append(0x22)
        $0.append(place, of: bytes)
        $0.append(0x22)
      }
    case .utf8: appendEscaped(json: place, of: bytes)
    case .binary:
      append("{\"b64\":\"")
      append(base64: place, of: bytes)
      append("\"}")
    }
  }

  /// A key or pattern of a row: one field in TSV, otherwise two, of which one is empty or null.
  ///
  /// `name` is the text, if the bytes are UTF-8; `name_b64` is base64, if they are not.
  mutating func append(
    _ place: ByteRange, of bytes: RawSpan, as format: RowFormat, name: StaticString
  ) {
    switch format {
    case .tsv: append(tsv: place, of: bytes)
    case .csv: append(csvPair: place, of: bytes)
    case .ndjson, .json: append(jsonPair: place, of: bytes, name: name)
    }
  }

  /// One field of a row, as far as the format has bytes that are not UTF-8.
  mutating func append(_ place: ByteRange, of bytes: RawSpan, as format: RowFormat) {
    switch format {
    case .tsv: append(tsv: place, of: bytes)
    case .csv: append(csv: place, of: bytes)
    case .ndjson, .json: append(json: place, of: bytes)
    }
  }

  private mutating func append(csvPair place: ByteRange, of bytes: RawSpan) {
    if TextKind(place, of: bytes) == .binary {
      append(0x2c)
      append(base64: place, of: bytes)
    } else {
      append(csv: place, of: bytes)
      append(0x2c)
    }
  }

  private mutating func append(
    jsonPair place: ByteRange, of bytes: RawSpan, name: StaticString
  ) {
    let isText = TextKind(place, of: bytes) != .binary
    append(0x22)
    append(name)
    append("\":")
    if isText { append(json: place, of: bytes) } else { append("null") }
    append(",\"")
    append(name)
    append("_b64\":")
    guard !isText else { return append("null") }
    append(0x22)
    append(base64: place, of: bytes)
    append(0x22)
  }

  /// A field of a tab-separated line.
  ///
  /// A backslash is `\\`; tab, line feed and carriage return are `\t`, `\n` and `\r`; other control
  /// characters and bytes that are not UTF-8 are `\xHH`.
  package mutating func append(tsv place: ByteRange, of bytes: RawSpan) {
    guard TextKind(place, of: bytes) != .plain else { return append(place, of: bytes) }
    var at = place.offset
    while at < place.end {
      let count = TextKind.utf8Count(at: at, before: place.end, of: bytes)
      let byte = bytes.byte(at)
      switch byte {
      case 0x5c: append("\\\\")
      case 0x09: append("\\t")
      case 0x0a: append("\\n")
      case 0x0d: append("\\r")
      default:
        if count == 0 || byte < 0x20 || byte == 0x7f || isControl(at, count, bytes) {
          for index in 0..<max(count, 1) { appendEscape(bytes.byte(at &+ index)) }
        } else {
          append(ByteRange(offset: at, count: count), of: bytes)
        }
      }
      at &+= max(count, 1)
    }
  }

  /// C1 controls (80 to 9F) and characters that reorder or hide text on a terminal.
  private func isControl(_ at: Int, _ count: Int, _ bytes: RawSpan) -> Bool {
    if count == 2 { return bytes.byte(at) == 0xc2 && bytes.byte(at &+ 1) < 0xa0 }
    guard count == 3 else { return false }
    let tail = UInt16(bytes.byte(at &+ 1)) << 8 | UInt16(bytes.byte(at &+ 2))
    switch bytes.byte(at) {
    case 0xe2:
      return (0x808b...0x808f).contains(tail) || (0x80a8...0x80ae).contains(tail)
        || (0x81a0...0x81af).contains(tail)
    case 0xef: return tail == 0xbbbf
    default: return false
    }
  }

  private mutating func appendEscape(_ byte: UInt8) {
    append("\\x")
    append(hex: byte)
  }

  /// A field of a CSV line (RFC 4180), which must be UTF-8.
  package mutating func append(csv place: ByteRange, of bytes: RawSpan) {
    guard !TextKind.isPlain(place, of: bytes) else { return append(place, of: bytes) }
    let hasQuotes = place.range.contains { bytes.byte($0) == 0x22 }
    write(atMost: 2 &* place.count &+ 2) {
      $0.append(0x22)
      guard hasQuotes else {
        $0.append(place, of: bytes)
        return $0.append(0x22)
      }
      for at in place.range {
        let byte = bytes.byte(at)
        if byte == 0x22 { $0.append(byte) }
        $0.append(byte)
      }
      $0.append(0x22)
    }
  }

  /// Printable ASCII without quotes, commas and backslashes, and without spaces at its ends.
  ///
  /// - Returns: False, with nothing appended, for any other bytes.
  package mutating func appendPlain(_ place: ByteRange, of bytes: RawSpan) -> Bool {
    guard place.count > 0, TextKind.isPlain(place, of: bytes), bytes.byte(place.offset) != 0x20,
      bytes.byte(place.end &- 1) != 0x20
    else { return false }
    append(place, of: bytes)
    return true
  }

  /// The low `width` bytes of a word, least significant first; at most eight.
  package mutating func append(word: UInt64, width: Int) {
    write(atMost: 8) { $0.append(word: word, width: width) }
  }

  /// Two lower-case hexadecimal digits.
  package mutating func append(hex byte: UInt8) {
    write(atMost: 2) { $0.append(hex: byte) }
  }
}

extension OutputCursor {
  /// Two lower-case hexadecimal digits.
  mutating func append(hex byte: UInt8) {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 &+ value : 0x57 &+ value }
    append(digit(byte >> 4))
    append(digit(byte & 15))
  }
}
