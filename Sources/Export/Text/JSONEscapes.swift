// Text inside JSON strings (RFC 8259, section 7): `"`, `\`, control characters, DEL and, since rows are
// also read on terminals, the controls U+0080 to U+009F are escaped; other UTF-8 is copied. Eight bytes are stored at a time and counted up to the first that needs an
// escape.

import RDB

extension OutputBuffer {
  /// A JSON string of UTF-8 bytes.
  mutating func appendEscaped(json place: ByteRange, of bytes: RawSpan) {
    append(0x22)
    var at = place.offset
    while at < place.end {
      // An escape has at most six characters; blocks bound the reservation.
      var end = min(place.end, at &+ 4096)
      // A control of two bytes stays in one block.
      if end < place.end, bytes.byte(end &- 1) == 0xc2 { end &-= 1 }
      write(atMost: 6 &* (end &- at)) { $0.appendEscaped(json: at..<end, of: bytes) }
      at = end
    }
    append(0x22)
  }
}

extension OutputCursor {
  fileprivate mutating func appendEscaped(json range: Range<Int>, of bytes: RawSpan) {
    var at = range.lowerBound
    while range.upperBound &- at >= 8 {
      let word = bytes.word(at: at)
      let found = OutputCursor.escapedInJSON(word)
      // The lowest marked byte needs an escape; higher marks may be false.
      let plain = found.trailingZeroBitCount / 8
      append(word: word, width: plain)
      at &+= plain
      guard plain < 8 else { continue }
      at &+= append(escapedInJSON: at, before: range.upperBound, of: bytes)
    }
    while at < range.upperBound {
      let byte = bytes.byte(at)
      if OutputCursor.escapedInJSON(0x2020_2020_2020_2000 | UInt64(byte)) == 0 {
        append(byte)
        at &+= 1
      } else {
        at &+= append(escapedInJSON: at, before: range.upperBound, of: bytes)
      }
    }
  }

  /// The top bit of the lowest byte that needs an escape, and possibly of higher ones; 0 if none
  /// does.
  @inline(__always)
  private static func escapedInJSON(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5c5c_5c5c_5c5c_5c5c
    let deletes = word ^ 0x7f7f_7f7f_7f7f_7f7f
    let leads = word ^ 0xc2c2_c2c2_c2c2_c2c2
    // Subtraction borrows into a byte's top bit only if that byte or a lower one matches.
    let found =
      (word &- 0x2020_2020_2020_2020) & ~word | (quotes &- ones) & ~quotes
      | (backslashes &- ones) & ~backslashes | (deletes &- ones) & ~deletes
      | (leads &- ones) & ~leads
    return found & 0x8080_8080_8080_8080
  }

  /// Escapes the character at an offset, or copies the first byte of one that needs no escape.
  /// - Returns: The number of its bytes that were read.
  @inline(__always)
  private mutating func append(escapedInJSON at: Int, before end: Int, of bytes: RawSpan) -> Int {
    let byte = bytes.byte(at)
    if byte == 0xc2 {
      guard at &+ 1 < end, bytes.byte(at &+ 1) < 0xa0 else {
        append(byte)
        return 1
      }
      append("\\u00")
      append(hex: bytes.byte(at &+ 1))
      return 2
    }
    append(escapedInJSON: byte)
    return 1
  }

  @inline(__always)
  private mutating func append(escapedInJSON byte: UInt8) {
    switch byte {
    case 0x22: append(word: 0x225c, width: 2)
    case 0x5c: append(word: 0x5c5c, width: 2)
    case 0x0a: append("\\n")
    case 0x0d: append("\\r")
    case 0x09: append("\\t")
    case 0x08: append("\\b")
    case 0x0c: append("\\f")
    default:
      append("\\u00")
      append(hex: byte)
    }
  }
}
