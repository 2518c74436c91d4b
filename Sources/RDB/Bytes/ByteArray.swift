// Arrays of bytes and borrowed bytes, made of each other.

extension [UInt8] {
  /// The bytes of a span, copied.
  package init(copying span: RawSpan) {
    // SAFETY: the buffer is read inside the call only.
    self = unsafe span.withUnsafeBytes { unsafe Array($0) }
  }

  /// Appends the bytes of a span.
  package mutating func append(_ span: RawSpan) {
    // SAFETY: as in `init`.
    unsafe span.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }

  /// Lends the bytes as a span.
  package func withRawSpan<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: `Span.bytes` is called unsafe because of padding, and UInt8 has none.
    try body(unsafe span.bytes)
  }
}
