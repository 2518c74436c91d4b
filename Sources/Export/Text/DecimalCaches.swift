// Decimal text of consecutive similar numbers: shared leading digits are cached.

import RDB

/// Times in milliseconds: all but the last eight digits stay the same for a day.
struct InstantDecimalCache {
  private var number: UInt64 = .max
  private var digits = 0
  /// The digits before the last eight, the first character in the lowest byte.
  private(set) var high: UInt64 = 0
  /// The last eight digits.
  private(set) var low: UInt64 = 0

  /// Formats a number of nine to sixteen digits and returns its length; nil for others.
  @inline(__always)
  mutating func width(of value: Int64) -> Int? {
    guard value >= 100_000_000, value < 10_000_000_000_000_000 else { return nil }
    let (number, rest) = value.magnitude.quotientAndRemainder(dividingBy: 100_000_000)
    low = DecimalDigits.eight(rest) | DecimalDigits.zeros
    if number != self.number {
      self.number = number
      (high, digits) = DecimalDigits.short(number)
    }
    return digits &+ 8
  }
}

/// File offsets: all but the last four digits are usually those of the previous offset.
struct OffsetDecimalCache {
  private var high: UInt64 = .max
  /// The text of `high`, at most sixteen characters.
  private(set) var words: (UInt64, UInt64) = (0, 0)
  private(set) var width = 0

  /// Formats the digits before the last four and returns the last four; nil for shorter numbers.
  @inline(__always)
  mutating func split(_ value: UInt64) -> UInt64? {
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000)
    guard high > 0 else { return nil }
    if high != self.high { keep(high) }
    // The last four of the eight digits that `eight` formats.
    return (DecimalDigits.eight(low) | DecimalDigits.zeros) >> 32
  }

  /// Formats the shared digits.
  @inline(never)
  private mutating func keep(_ high: UInt64) {
    self.high = high
    width = Decimal.digits(high)
    let (upper, lower) = high.quotientAndRemainder(dividingBy: 100_000_000)
    // At most sixteen digits remain of a 64-bit number.
    let digits =
      UInt128(DecimalDigits.eight(upper) | DecimalDigits.zeros)
      | UInt128(DecimalDigits.eight(lower) | DecimalDigits.zeros) << 64
    let shifted = digits >> UInt128(8 * (16 - width))
    words = (UInt64(truncatingIfNeeded: shifted), UInt64(truncatingIfNeeded: shifted >> 64))
  }
}
