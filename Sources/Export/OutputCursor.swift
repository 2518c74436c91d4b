// Writing without looking up where: while a cursor is lent, the place to write is in a register and
// not in the buffer's memory, and room is made once for all that is written with it. That halves the
// cost of output made of many short pieces.

import RDB

/// A place in an output buffer that room was made behind.
@safe struct OutputCursor {
  private(set) var at: UnsafeMutableRawPointer
  private let end: UnsafeMutableRawPointer

  /// A cursor that may write up to `end`, and overshoot it by `OutputBuffer.slack`.
  @inline(__always)
  @unsafe init(at start: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
    unsafe at = unsafe start
    unsafe self.end = unsafe end
  }

  /// Traps if what is to be written is more than room was made for; that would be our mistake.
  @inline(__always)
  func check(_ count: Int) {
    // SAFETY: both point into, or just behind, one allocation.
    // A negative count is a very large one.
    let room = unsafe end - at
    precondition(UInt(bitPattern: count) <= UInt(bitPattern: room))
  }

  /// Goes on behind what was written from `at` on by other means, after `check`.
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

  /// Text of the program's own.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    check(text.utf8CodeUnitCount)
    // SAFETY: checked; a literal's bytes live for ever.
    unsafe at.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    unsafe at += text.utf8CodeUnitCount
  }

  /// Text that was made, and is no literal: those are told apart by the label.
  mutating func append(made text: String) {
    var text = text
    text.withUTF8 { utf8 in
      // SAFETY: the buffer is read inside the call only.
      let bytes = unsafe UnsafeRawBufferPointer(utf8).bytes
      append(ByteRange(offset: 0, count: bytes.byteCount), of: bytes)
    }
  }

  /// The bytes at a place in a span.
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
        // All of it, always: whether half is enough could not be predicted.
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

  /// A number's decimal text.
  @inline(__always)
  mutating func append(decimal value: UInt64) {
    if value < 100 {
      // One digit or two: the tens are stored only if there are any.
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

  /// A number's decimal text.
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

  /// The decimal text of a number.
  @inline(__always)
  mutating func append(_ text: DecimalText) { append(words: text.words, width: text.width) }

  /// What is in a buffer.
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

/// The decimal text of a number of at most sixteen digits.
struct DecimalText {
  /// The characters, the first in the lowest byte of the first word.
  let words: (UInt64, UInt64)
  /// How many they are.
  let width: Int

  /// Spells a number; nil if it has more digits.
  @inline(__always)
  init?(_ value: UInt64) {
    if value < 100_000_000 {
      let (text, width) = DecimalDigits.short(value)
      words = (text, 0)
      self.width = width
      return
    }
    guard value < 10_000_000_000_000_000 else { return nil }
    let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
    let (text, width) = DecimalDigits.short(high)
    let rest = DecimalDigits.eight(low) | DecimalDigits.zeros
    // One to eight characters are in the first word; eight leave no room there.
    let shift = UInt64(truncatingIfNeeded: 8 &* width)
    words = (text | (rest &<< (shift & 63)) & (width == 8 ? 0 : .max), rest >> (64 &- shift))
    self.width = width &+ 8
  }
}

/// Digits eight at a time, without a loop.
enum DecimalDigits {
  /// Eight characters `0`.
  static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// The text of a number below 10^8, its first character in the lowest byte, and its length.
  @inline(__always)
  static func short(_ value: UInt64) -> (text: UInt64, width: Int) {
    let digits = eight(value)
    // The last digit is printed even where all are zero.
    let zeros = min(digits.trailingZeroBitCount, 56) & ~7
    return ((digits | DecimalDigits.zeros) &>> UInt64(truncatingIfNeeded: zeros), 8 &- zeros >> 3)
  }

  /// The eight digits of a number below 10^8, each in a byte, the first in the lowest.
  ///
  /// Halves are split in quarters and these in digits; the multiplications divide by 100 and by 10
  /// exactly for all numbers that can occur.
  @inline(__always)
  static func eight(_ value: UInt64) -> UInt64 {
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000)
    let halves = high | low << 32
    let hundreds = (halves &* 10486) >> 20 & 0x7f_0000_007f
    let quarters = hundreds | (halves &- 100 &* hundreds) << 16
    let tens = (quarters &* 103) >> 10 & 0x000f_000f_000f_000f
    return tens | (quarters &- 10 &* tens) << 8
  }
}
