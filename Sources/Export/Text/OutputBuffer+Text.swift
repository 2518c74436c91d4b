// Bytes of a file as text, exactly, in each format's own way.

public import RDB

extension OutputBuffer {
  /// A JSON string if the bytes are UTF-8, else an object that holds them as `{"b64":"…"}`.
  public mutating func append(json place: ByteRange, of bytes: RawSpan) {
    switch TextKind(place, of: bytes) {
    case .plain:
      append(0x22)
      append(place, of: bytes)
      append(0x22)
    case .utf8: appendEscaped(json: place, of: bytes)
    case .binary:
      append("{\"b64\":\"")
      append(base64: place, of: bytes)
      append("\"}")
    }
  }

  private mutating func appendEscaped(json place: ByteRange, of bytes: RawSpan) {
    append(0x22)
    for at in place.range {
      let byte = bytes.byte(at)
      switch byte {
      case 0x22: append("\\\"")
      case 0x5c: append("\\\\")
      case 0x0a: append("\\n")
      case 0x0d: append("\\r")
      case 0x09: append("\\t")
      case 0x08: append("\\b")
      case 0x0c: append("\\f")
      case ..<0x20, 0x7f:
        append("\\u00")
        append(hex: byte)
      default: append(byte)
      }
    }
    append(0x22)
  }

  /// A field of a tab-separated line.
  ///
  /// A backslash is `\\`; tab, line feed and return are `\t`, `\n` and `\r`; other control
  /// characters and bytes that are not UTF-8 are `\x` and two hexadecimal digits.
  public mutating func append(tsv place: ByteRange, of bytes: RawSpan) {
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

  /// C1 controls (80 to 9F) and the marks that turn or hide text on a terminal.
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
  public mutating func append(csv place: ByteRange, of bytes: RawSpan) {
    guard TextKind(place, of: bytes) != .plain else { return append(place, of: bytes) }
    append(0x22)
    for at in place.range {
      let byte = bytes.byte(at)
      if byte == 0x22 { append(byte) }
      append(byte)
    }
    append(0x22)
  }

  /// Two hexadecimal digits, small letters.
  public mutating func append(hex byte: UInt8) {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 &+ value : 0x57 &+ value }
    append(digit(byte >> 4))
    append(digit(byte & 15))
  }

  /// Base64 with padding (RFC 4648).
  public mutating func append(base64 place: ByteRange, of bytes: RawSpan) {
    var at = place.offset
    while place.end &- at >= 3 {
      append(base64: bytes.byte(at), bytes.byte(at &+ 1), bytes.byte(at &+ 2), 4)
      at &+= 3
    }
    switch place.end &- at {
    case 2: append(base64: bytes.byte(at), bytes.byte(at &+ 1), 0, 3)
    case 1: append(base64: bytes.byte(at), 0, 0, 2)
    default: break
    }
  }

  private mutating func append(base64 a: UInt8, _ b: UInt8, _ c: UInt8, _ digits: Int) {
    let bits = UInt32(a) << 16 | UInt32(b) << 8 | UInt32(c)
    for index in 0..<4 {
      let six = UInt8(truncatingIfNeeded: bits >> UInt32(18 - 6 * index)) & 63
      append(index < digits ? OutputBuffer.base64Digit(six) : 0x3d)
    }
  }

  private static func base64Digit(_ six: UInt8) -> UInt8 {
    switch six {
    case ..<26: 0x41 &+ six
    case ..<52: 0x47 &+ six
    case ..<62: six &- 4
    case 62: 0x2b
    default: 0x2f
    }
  }
}
