// Bytes and numbers of sorted rows.

extension RawSpan {
  /// The byte at an offset.
  @inline(__always)
  func byte(_ offset: Int) -> UInt8 {
    // SAFETY: `unsafeLoad` checks its bounds, and UInt8 is plain bits.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Whether these are the same bytes.
  func isEqual(to other: [UInt8]) -> Bool {
    guard byteCount == other.count else { return false }
    for index in other.indices where byte(index) != other[index] { return false }
    return true
  }

  /// Eight bytes from an offset on, least significant first.
  @inline(__always)
  func number(at offset: Int) -> Int64 {
    // SAFETY: as in `byte`.
    Int64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Int64.self))
  }
}
