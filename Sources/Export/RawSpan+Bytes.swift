// Single bytes and words of a span, for what looks at text.

extension RawSpan {
  /// The byte at an offset inside the span.
  @inline(__always)
  func byte(_ offset: Int) -> UInt8 {
    // SAFETY: `unsafeLoad` checks its bounds, and UInt8 is plain bits.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// The eight bytes from an offset on, all inside the span.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    // SAFETY: as in `byte`.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}
