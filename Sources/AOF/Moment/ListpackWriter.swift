// A listpack: bytes in all (4), entries (2), the entries, 0xff. Each entry is its encoding, its data, and
// its length for walking backwards.

import RDB

/// Builds a listpack.
struct ListpackWriter {
  private var bytes = [UInt8](repeating: 0, count: 6)
  private var count = 0

  /// Bytes so far.
  var byteCount: Int { bytes.count }

  mutating func append(_ number: Int64) {
    let start = bytes.count
    switch number {
    case 0..<128: bytes.append(UInt8(number))
    case -4096..<4096:
      let bits = UInt16(bitPattern: Int16(number)) & 0x1fff
      bytes += [0xc0 | UInt8(bits >> 8), UInt8(bits & 255)]
    default: appendWide(number)
    }
    appendLink(bytes.count - start)
  }

  private mutating func appendWide(_ number: Int64) {
    let (code, width): (UInt8, Int) =
      Int16(exactly: number) != nil
      ? (0xf1, 2) : Int32(exactly: number) != nil ? (0xf3, 4) : (0xf4, 8)
    bytes.append(code)
    let bits = UInt64(bitPattern: number)
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
  }

  mutating func append(_ text: RawSpan) {
    let start = bytes.count
    let length = text.byteCount
    if length < 64 {
      bytes.append(0x80 | UInt8(length))
    } else if length < 4096 {
      bytes += [0xe0 | UInt8(length >> 8), UInt8(length & 255)]
    } else {
      bytes.append(0xf0)
      for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * index))) }
    }
    bytes.append(text)
    appendLink(bytes.count - start)
  }

  /// The entries of another listpack.
  mutating func append(_ other: ListpackWriter) {
    bytes += other.bytes.dropFirst(6)
    count += other.count
  }

  /// The length of an entry, seven bits a byte, to be read backwards.
  private mutating func appendLink(_ length: Int) {
    count += 1
    var width = 1
    while width < 5, length >> (7 * width) > 0 { width += 1 }
    for index in (0..<width).reversed() {
      let digit = UInt8(truncatingIfNeeded: length >> (7 * index)) & 127
      bytes.append(index == width - 1 ? digit : digit | 128)
    }
  }

  /// The listpack.
  func finish() -> [UInt8] {
    var whole = bytes
    whole.append(0xff)
    for index in 0..<4 { whole[index] = UInt8(truncatingIfNeeded: whole.count >> (8 * index)) }
    let told = min(count, 65535)
    (whole[4], whole[5]) = (UInt8(told & 255), UInt8(told >> 8))
    return whole
  }
}
