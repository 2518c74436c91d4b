// Loads from borrowed bytes. Every load checks its bounds.

extension RawSpan {
  /// The byte at an offset inside the span.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    // SAFETY: `unsafeLoad` checks its bounds; it is called unsafe because of types that are not
    // plain bits, and UInt8 is.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Eight bytes at an offset inside the span, least significant first.
  @inline(__always)
  func word64(at offset: Int) -> UInt64 {
    // SAFETY: bounds are checked by the load; integers are plain bits.
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The first bytes of the span, at most eight, least significant first; zeros fill up the rest.
  @inline(__always)
  var headWord: UInt64 {
    if byteCount >= 8 { return word64(at: 0) }
    var word: UInt64 = 0
    for index in 0..<byteCount { word |= UInt64(byte(at: index)) << UInt64(index &* 8) }
    return word
  }

  /// Whether two spans hold the same bytes.
  @inline(__always)
  func equals(_ other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    var at = 0
    while at &+ 8 <= byteCount {
      guard word64(at: at) == other.word64(at: at) else { return false }
      at &+= 8
    }
    while at < byteCount {
      guard byte(at: at) == other.byte(at: at) else { return false }
      at &+= 1
    }
    return true
  }

  /// Whether the span comes before another: by bytes, and the shorter first where one begins the other.
  func precedes(_ other: RawSpan) -> Bool {
    let common = min(byteCount, other.byteCount)
    var at = 0
    while at &+ 8 <= common {
      let (a, b) = (word64(at: at).byteSwapped, other.word64(at: at).byteSwapped)
      if a != b { return a < b }
      at &+= 8
    }
    while at < common {
      let (a, b) = (byte(at: at), other.byte(at: at))
      if a != b { return a < b }
      at &+= 1
    }
    return byteCount < other.byteCount
  }

  /// Whether the span begins with these bytes.
  func starts(with prefix: StaticString) -> Bool {
    let count = prefix.utf8CodeUnitCount
    guard byteCount >= count else { return false }
    // SAFETY: a static string has `count` code units at its start.
    let text = unsafe UnsafeRawBufferPointer(start: prefix.utf8Start, count: count).bytes
    return extracting(first: count).equals(text)
  }
}
