// Holes: bytes of one value in the place of records, as lost sectors, sparse files and erased flash
// leave them. Zeros read as records with an empty key and an empty value, FF as the end of the file
// and a checksum of FF.
//
// A scan finds a hole by its first bytes, so that it finds the same in a part of a file. How far the
// hole reaches is looked up where the error is reported.

extension RawSpan {
  /// Zeros that no file has where a record begins: two records with the same empty key.
  private static var leastZeros: Int { 6 }

  /// Throws where only zeros are left of what a record without a key needs.
  /// - Throws: `.zeroHole`, or `.truncated` where more bytes would decide.
  @inline(never)
  func refuseZeros(at place: Int) throws(RDBError) {
    let end = min(place &+ RawSpan.leastZeros, byteCount)
    for index in place..<end where byte(at: index) != 0 { return }
    let isWhole = end &- place == RawSpan.leastZeros
    throw RDBError(isWhole ? .zeroHole : .truncated, at: isWhole ? place : end, number: 6)
  }
}

extension RDBError {
  /// Bytes before the place of an error that are looked at.
  private static var backward: Int { 1 << 20 }

  /// The same error with the place and the number of all bytes of its hole; other errors unchanged.
  package func spanningHole(in bytes: RawSpan) -> RDBError {
    let value: UInt8
    switch reason {
    case .zeroHole: value = 0
    case .onesHole: value = 0xff
    default: return self
    }
    guard (0..<bytes.byteCount).contains(offset) else { return self }
    var end = offset
    let word = UInt64(value) &* 0x0101_0101_0101_0101
    while bytes.byteCount &- end >= 8, bytes.number(at: end, as: UInt64.self) == word { end &+= 8 }
    while end < bytes.byteCount, bytes.byte(at: end) == value { end &+= 1 }
    var start = offset
    let limit = max(0, offset &- RDBError.backward)
    while start > limit, bytes.byte(at: start &- 1) == value { start &-= 1 }
    var spanning = self
    spanning.offset = start
    spanning.number = UInt64(end &- start)
    return spanning
  }
}
