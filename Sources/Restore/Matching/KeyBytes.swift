// Access to bytes of keys and literals. Keys are short, so few loads and no calls matter: eight
// bytes at a time, and the last eight again for the rest.

extension RawSpan {
  /// The byte at an offset inside the span.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    // SAFETY: `unsafeLoad` checks its bounds; it is called unsafe because of types that are not
    // plain bits, and UInt8 is.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Four bytes in the machine's order.
  @inline(__always)
  func word32(at offset: Int) -> UInt32 {
    // SAFETY: bounds are checked by the load; integers are plain bits.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  /// Eight bytes in the machine's order.
  @inline(__always)
  func word64(at offset: Int) -> UInt64 {
    // SAFETY: bounds are checked by the load; integers are plain bits.
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// Whether `count` bytes here equal those at an offset of another span; both ranges must be
  /// inside.
  @inline(__always)
  func equals(_ count: Int, at offset: Int, _ other: Span<UInt8>, at start: Int) -> Bool {
    // SAFETY: `Span.bytes` is called unsafe because of padding, and UInt8 has none.
    let other = unsafe other.bytes
    if count >= 8 {
      var done = 0
      while done &+ 8 <= count {
        guard word64(at: offset &+ done) == other.word64(at: start &+ done) else { return false }
        done &+= 8
      }
      let last = count &- 8
      return word64(at: offset &+ last) == other.word64(at: start &+ last)
    }
    if count >= 4 {
      let last = count &- 4
      return word32(at: offset) == other.word32(at: start)
        && word32(at: offset &+ last) == other.word32(at: start &+ last)
    }
    for index in 0..<count
    where byte(at: offset &+ index) != other.byte(at: start &+ index) {
      return false
    }
    return true
  }

  /// Whether the key contains CR or LF, the bytes that `.` does not match.
  @inline(__always)
  var hasLineBreak: Bool { containsByte(0x0a, or: 0x0d) }

  /// Whether the span contains one of two bytes.
  @inline(__always)
  func containsByte(_ one: UInt8, or other: UInt8) -> Bool {
    var at = 0
    while at &+ 8 <= byteCount {
      guard !word64(at: at).containsByte(one, or: other) else { return true }
      at &+= 8
    }
    guard at < byteCount else { return false }
    if byteCount >= 8 { return word64(at: byteCount &- 8).containsByte(one, or: other) }
    while at < byteCount {
      let byte = byte(at: at)
      if byte == one || byte == other { return true }
      at &+= 1
    }
    return false
  }

  /// Whether the span contains a byte of a range of ASCII.
  func containsByte(in range: ClosedRange<UInt8>) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Added to seven bits, these reach the eighth from the first byte of the range on, and behind its last.
    let first = ones &* UInt64(0x80 &- range.lowerBound)
    let behind = ones &* UInt64(0x7f &- range.upperBound)
    var at = 0
    while at &+ 8 <= byteCount {
      let word = word64(at: at)
      let low = word & 0x7f7f_7f7f_7f7f_7f7f
      let found = (low &+ first) & ~(low &+ behind) & ~word
      if found & 0x8080_8080_8080_8080 != 0 { return true }
      at &+= 8
    }
    while at < byteCount {
      if range.contains(byte(at: at)) { return true }
      at &+= 1
    }
    return false
  }

  /// Whether the span contains `count` bytes of another span from `start` on.
  ///
  /// `head` holds the first eight of them, or all.
  func contains(_ head: WordHead, _ count: Int, of other: Span<UInt8>, at start: Int) -> Bool {
    let last = byteCount &- count
    guard last >= 0 else { return false }
    guard byteCount >= 8 else {
      return (0...last).contains { equals(count, at: $0, other, at: start) }
    }
    let lastWord = byteCount &- 8
    var at = 0
    while at <= last, at <= lastWord {
      if head.begins(word64(at: at)), count <= 8 || equals(count, at: at, other, at: start) {
        return true
      }
      at &+= 1
    }
    // Fewer than eight bytes are left: those of the last word, shifted.
    let rest = UInt64(littleEndian: word64(at: lastWord))
    while at <= last {
      if head.begins(UInt64(littleEndian: rest >> UInt64(8 &* (at &- lastWord)))) { return true }
      at &+= 1
    }
    return false
  }
}

/// The first eight bytes of a literal, or all of a shorter one, for comparison with a word.
struct WordHead: BitwiseCopyable {
  private let mask: UInt64
  private let word: UInt64

  init(_ literal: [UInt8]) {
    mask = literal.count >= 8 ? .max : (1 << UInt64(8 * literal.count)) - 1
    word = literal.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The same for a literal among others.
  @inline(__always)
  init(_ bytes: Span<UInt8>, at place: Range<Int>) {
    var literal: UInt64 = 0
    let count = min(place.count, 8)
    for at in (0..<count).reversed() {
      literal = literal << 8 | UInt64(bytes[place.lowerBound + at])
    }
    mask = count == 8 ? .max : (1 << UInt64(8 * count)) - 1
    word = literal
  }

  /// Whether eight bytes in native order start with the literal's.
  @inline(__always)
  func begins(_ bytes: UInt64) -> Bool { UInt64(littleEndian: bytes) & mask == word }
}

/// The last eight bytes of a literal, or all of a shorter one, for comparison with a word.
struct WordTail: BitwiseCopyable {
  private var mask: UInt64 = 0
  private var word: UInt64 = 0

  /// Matches everything.
  init() {}

  init(_ literal: ArraySlice<UInt8>) {
    // The last byte is the highest of a little-endian word.
    for byte in literal.suffix(8) {
      word = word >> 8 | UInt64(byte) << 56
      mask = mask >> 8 | 0xff << 56
    }
  }

  /// Whether a little-endian word, the last eight bytes of a text, ends with the literal's.
  @inline(__always)
  func ends(_ bytes: UInt64) -> Bool { (bytes ^ word) & mask == 0 }
}

extension UInt64 {
  /// Whether one of two bytes is among the eight: a byte of the difference is zero.
  @inline(__always)
  fileprivate func containsByte(_ one: UInt8, or other: UInt8) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let (first, second) = (self ^ (ones &* UInt64(one)), self ^ (ones &* UInt64(other)))
    // Subtraction borrows only into bytes above a zero byte.
    return ((first &- ones) & ~first | (second &- ones) & ~second) & (ones &* 0x80) != 0
  }
}
