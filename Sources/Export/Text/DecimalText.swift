/// A number of at most sixteen digits in decimal.
struct DecimalText {
  /// The characters, the first in the lowest byte of the first word.
  let words: (UInt64, UInt64)
  /// Their count.
  let width: Int

  /// Formats a number; nil if it has more digits.
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
    // One to eight characters fit into the first word; eight fill it.
    let shift = UInt64(truncatingIfNeeded: 8 &* width)
    words = (text | (rest &<< (shift & 63)) & (width == 8 ? 0 : .max), rest >> (64 &- shift))
    self.width = width &+ 8
  }
}

/// Eight digits at a time, without a loop.
enum DecimalDigits {
  /// Eight characters `0`.
  static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// A number below 10^8 in decimal, its first character in the lowest byte, and its length.
  @inline(__always)
  static func short(_ value: UInt64) -> (text: UInt64, width: Int) {
    let digits = eight(value)
    // At least one digit is written, even for 0.
    let zeros = min(digits.trailingZeroBitCount, 56) & ~7
    return ((digits | DecimalDigits.zeros) &>> UInt64(truncatingIfNeeded: zeros), 8 &- zeros >> 3)
  }

  /// The eight digits of a number below 10^8, one per byte, the first in the lowest.
  ///
  /// Multiplications replace the divisions by 100 and 10; they are exact for all values that occur.
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
