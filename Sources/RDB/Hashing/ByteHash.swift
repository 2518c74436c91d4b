// A hash of strings that finds duplicates. It has no key, so the same file gives the same answers.
// Equal hashes are therefore confirmed by comparing the strings themselves.

/// 64-bit hashes of bytes, and of numbers stored instead of their decimal text.
package enum ByteHash {
  private static let first: UInt64 = 0x9e37_79b9_7f4a_7c15
  private static let second: UInt64 = 0xd6e8_feb8_6659_fd93
  private static let third: UInt64 = 0x8f3c_91b7_2d65_e0ab

  /// The high and the low half of a product, folded: every bit of both factors counts.
  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The hash of a number: that of its decimal text.
  @inline(__always)
  package static func of(_ number: Int64) -> UInt64 {
    fold(UInt64(bitPattern: number) ^ first, second)
  }

  /// The hash of bytes.
  ///
  /// Bytes that are the decimal text of a number have the number's, since a file may hold either.
  @inline(__always)
  package static func of(_ bytes: RawSpan) -> UInt64 {
    if let number = canonicalNumber(bytes) { return of(number) }
    return ofText(bytes)
  }

  private static func ofText(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    var hash = fold(UInt64(truncatingIfNeeded: count) ^ first, third)
    if count >= 8 {
      var at = 0
      while at < count &- 8 {
        hash = fold(UInt64(bitPattern: bytes.littleEndian64(at: at)) ^ first, hash ^ second)
        at &+= 8
      }
      // The last eight bytes, some of which may have been taken in already.
      let last = UInt64(bitPattern: bytes.littleEndian64(at: count &- 8))
      return fold(fold(last ^ first, hash ^ second) ^ first, second)
    }
    let head = UInt64(truncatingIfNeeded: bytes.head(at: 0, count: count))
    return fold(fold(head ^ first, hash ^ second) ^ first, second)
  }

  /// The hash of a string of a file or of a packed structure.
  ///
  /// - Parameters:
  ///   - string: The string; its places are in `bytes`.
  ///   - bytes: The span it was read from.
  ///   - scratch: Where it is unpacked if it is compressed.
  /// - Returns: The hash of the decoded string.
  /// - Throws: `.badLZF`.
  @inline(__always)
  package static func of(
    _ string: StringObject, in bytes: RawSpan, _ scratch: inout Scratch
  ) throws(RDBError) -> UInt64 {
    switch string {
    case .raw(let place): return of(bytes.extracting(place.range))
    case .integer(let number): return of(number)
    case .lzf:
      return try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in of(text) }
    }
  }

  /// The same of a key in a database.
  package static func of(_ hash: UInt64, database: UInt32) -> UInt64 {
    fold(hash ^ UInt64(database) &* first, second)
  }

  /// The number of which these bytes are the only text; nil if there is none.
  @inline(__always)
  package static func canonicalNumber(_ bytes: RawSpan) -> Int64? {
    guard bytes.byteCount > 0, bytes.byteCount <= 20, bytes.byte(at: 0) <= 0x39 else { return nil }
    return number(bytes)
  }

  private static func number(_ text: RawSpan) -> Int64? {
    let isNegative = text.byte(at: 0) == 0x2d
    let start = isNegative ? 1 : 0
    guard let magnitude = Decimal.parse(text.extracting(droppingFirst: start)) else { return nil }
    // A leading zero, and −0, are no number's own text.
    guard text.byte(at: start) != 0x30 || (text.byteCount == 1) else { return nil }
    return isNegative
      ? (magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil)
      : Int64(exactly: magnitude)
  }
}
