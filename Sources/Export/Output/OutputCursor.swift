// Writing with the position in a register: a cursor is lent with one reservation for everything
// written through it. This halves the cost of output made of many short pieces.

import RDB

/// A position in an output buffer with reserved room behind it.
@safe struct OutputCursor {
  private(set) var at: UnsafeMutableRawPointer
  private let end: UnsafeMutableRawPointer

  /// Creates a cursor that may write up to `end` and overshoot it by `OutputBuffer.slack`.
  @inline(__always)
  @unsafe init(at start: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
    unsafe at = unsafe start
    unsafe self.end = unsafe end
  }

  /// Traps if more is written than was reserved, which would be a bug.
  @inline(__always)
  func check(_ count: Int) {
    // SAFETY: both point into, or just behind, one allocation.
    // A negative count is a very large one.
    let room = unsafe end - at
    precondition(UInt(bitPattern: count) <= UInt(bitPattern: room))
  }

  /// Moves to the end of what was written by other means after `check`.
  @inline(__always)
  @unsafe mutating func move(to place: UnsafeMutableRawPointer) { unsafe at = unsafe place }

  /// One byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    check(1)
    // SAFETY: checked.
    unsafe at.storeBytes(of: byte, as: UInt8.self)
    unsafe at += 1
  }

  /// The low `width` bytes of a word, least significant first; at most eight.
  @inline(__always)
  mutating func append(word: UInt64, width: Int) {
    check(width)
    // SAFETY: checked, and the store may overshoot into the slack.
    unsafe at.storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe at += width
  }

  /// The low `width` bytes of two words, the first word first; at most sixteen.
  @inline(__always)
  mutating func append(words: (UInt64, UInt64), width: Int) {
    check(width)
    // SAFETY: checked, and the stores may overshoot into the slack.
    unsafe at.storeBytes(of: words.0.littleEndian, as: UInt64.self)
    unsafe (at + 8).storeBytes(of: words.1.littleEndian, as: UInt64.self)
    unsafe at += width
  }

  /// Program text.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    check(text.utf8CodeUnitCount)
    // SAFETY: checked; a literal's bytes live for ever.
    unsafe at.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    unsafe at += text.utf8CodeUnitCount
  }

  /// Text that is not a literal; the label distinguishes the two.
  mutating func append(made text: String) {
    var text = text
    text.withUTF8 { utf8 in
      // SAFETY: the buffer is read inside the call only.
      let bytes = unsafe UnsafeRawBufferPointer(utf8).bytes
      append(ByteRange(offset: 0, count: bytes.byteCount), of: bytes)
    }
  }

  /// Bytes of a span.
  @inline(__always)
  mutating func append(_ place: ByteRange, of bytes: RawSpan) {
    check(place.count)
    precondition(place.offset >= 0 && place.offset <= bytes.byteCount &- place.count)
    // SAFETY: checked on both sides. A short copy reads 32 or 64 bytes only where the span has them,
    // and may overshoot into the slack, which is 64.
    let to = unsafe at
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      let from = unsafe start + place.offset
      if place.count <= 64, source.count &- place.offset >= 64 {
        // Always all 64: a branch on the length would be mispredicted.
        unsafe copy32(from, to)
        unsafe copy32(from + 32, to + 32)
      } else {
        unsafe to.copyMemory(from: from, byteCount: place.count)
      }
    }
    unsafe at += place.count
  }

  @inline(__always)
  private func copy32(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer) {
    let low = unsafe from.loadUnaligned(as: SIMD16<UInt8>.self)
    let high = unsafe (from + 16).loadUnaligned(as: SIMD16<UInt8>.self)
    unsafe to.storeBytes(of: low, as: SIMD16<UInt8>.self)
    unsafe (to + 16).storeBytes(of: high, as: SIMD16<UInt8>.self)
  }

  /// A number in decimal.
  @inline(__always)
  mutating func append(decimal value: UInt64) {
    if value < 100 {
      // One digit or two: the tens are stored only if present.
      let tens = (value &* 103) >> 10
      let digits = (0x30 &+ tens) | (0x30 &+ value &- tens &* 10) << 8
      append(word: tens == 0 ? digits >> 8 : digits, width: tens == 0 ? 1 : 2)
    } else if value < 100_000_000 {
      let (digits, width) = DecimalDigits.short(value)
      append(word: digits, width: width)
    } else {
      appendLong(decimal: value)
    }
  }

  /// A number in decimal.
  @inline(__always)
  mutating func append(decimal value: Int64) {
    if value < 0 { append(0x2d) }
    append(decimal: value.magnitude)
  }

  @inline(never)
  private mutating func appendLong(decimal value: UInt64) {
    guard let text = DecimalText(value) else {
      let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
      append(decimal: high)
      return append(word: DecimalDigits.eight(low) | DecimalDigits.zeros, width: 8)
    }
    append(text)
  }

  /// A decimal text.
  @inline(__always)
  mutating func append(_ text: DecimalText) { append(words: text.words, width: text.width) }

  /// The content of a buffer.
  @inline(__always)
  mutating func append(_ buffer: borrowing OutputBuffer) {
    let count = buffer.count
    check(count)
    // SAFETY: checked. A buffer has 64 bytes behind its content, as this one has slack behind what
    // room was made for, so short content is copied in whole steps.
    let to = unsafe at
    unsafe buffer.withSlack { from in
      if count <= 64 {
        unsafe copy32(from, to)
        unsafe copy32(from + 32, to + 32)
      } else {
        unsafe to.copyMemory(from: from, byteCount: count)
      }
    }
    unsafe at += count
  }
}
