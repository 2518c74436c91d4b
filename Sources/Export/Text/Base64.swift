// Base64 with padding (RFC 4648), six bytes at a time through a table of two digits per 12 bits.

package import RDB

extension OutputBuffer {
  /// Base64 with padding (RFC 4648).
  package mutating func append(base64 place: ByteRange, of bytes: RawSpan) {
    // A place has at most as many bytes as a file, far below 2^60.
    write(atMost: (place.count &+ 2) / 3 &* 4) { $0.append(base64: place, of: bytes) }
  }
}

extension OutputCursor {
  fileprivate mutating func append(base64 place: ByteRange, of bytes: RawSpan) {
    let pairs = Base64.pairs
    var at = place.offset
    while place.end &- at >= 8 {
      let bits = bytes.word(at: at).bigEndian >> 16
      var digits: UInt64 = 0
      for index in 0..<4 {
        let twelve = Int(truncatingIfNeeded: bits >> UInt64(12 &* index) & 0xfff)
        digits = digits << 16 | UInt64(pairs[twelve])
      }
      append(word: digits, width: 8)
      at &+= 6
    }
    while at < place.end {
      let count = min(place.end &- at, 3)
      var bits = 0
      for index in 0..<3 { bits = bits << 8 | (index < count ? Int(bytes.byte(at &+ index)) : 0) }
      let digits = UInt64(pairs[bits & 0xfff]) << 16 | UInt64(pairs[bits >> 12])
      append(word: digits, width: count &+ 1)
      append(word: 0x3d3d, width: 3 &- count)
      at &+= count
    }
  }
}

private enum Base64 {
  /// The two digits of every 12-bit value, the first in the low byte.
  static let pairs = (0..<4096).map { twelve in
    UInt16(digit(UInt8(twelve >> 6))) | UInt16(digit(UInt8(twelve & 63))) << 8
  }

  private static func digit(_ six: UInt8) -> UInt8 {
    switch six {
    case ..<26: 0x41 &+ six
    case ..<52: 0x47 &+ six
    case ..<62: six &- 4
    case 62: 0x2b
    default: 0x2f
    }
  }
}
