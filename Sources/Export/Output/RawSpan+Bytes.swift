// Bytes and words of a span, within this module so that they are inlined.

extension RawSpan {
  /// The byte at an offset.
  @inline(__always)
  func byte(_ offset: Int) -> UInt8 {
    // SAFETY: `unsafeLoad` checks its bounds, and UInt8 is plain bits.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Eight bytes from an offset on.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    // SAFETY: as in `byte`.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}
