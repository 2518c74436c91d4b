// The length in front of everything.
//
//   00xxxxxx                  6-bit value
//   01xxxxxx yyyyyyyy         14-bit value, high bits first
//   10000000 + 4 bytes        32-bit value, big-endian
//   10000001 + 8 bytes        64-bit value, big-endian (since RDB 8)
//   11xxxxxx                  no length: a special string encoding, number in the low six bits

extension RawSpan {
  /// A length; a special string encoding where a length must be is an error.
  /// - Throws: `.badLength` or `.truncated`.
  @inline(__always)
  func readLength(_ at: inout Int) throws(RDBError) -> UInt64 {
    guard at < byteCount else { throw RDBError(.truncated, at: at, number: 1) }
    let first = byte(at: at)
    if first < 0x40 {
      at &+= 1
      return UInt64(first)
    }
    return try readLongLength(&at)
  }

  /// A length of more than one byte.
  @inline(never)
  func readLongLength(_ at: inout Int) throws(RDBError) -> UInt64 {
    var next = at
    let first = try readByte(&next)
    let value: UInt64
    switch first {
    case ..<0x40: value = UInt64(first)
    case ..<0x80: value = UInt64(first & 0x3f) << 8 | UInt64(try readByte(&next))
    case 0x80: value = UInt64(try read(&next, bigEndian: UInt32.self))
    case 0x81: value = try read(&next, bigEndian: UInt64.self)
    default: throw RDBError(.badLength, at: at, number: UInt64(first))
    }
    at = next
    return value
  }
}
