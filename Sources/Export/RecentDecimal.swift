// The decimal text of numbers that come one after the other and are alike: what they share is kept.

import RDB

/// Instants in milliseconds: all but the last eight digits stay the same for a day, and are kept.
struct RecentDecimal {
  private var number: UInt64 = .max
  private var digits = 0
  /// The text of all but the last eight digits, the first character in the lowest byte.
  private(set) var high: UInt64 = 0
  /// The text of the last eight.
  private(set) var low: UInt64 = 0

  /// Spells a number of nine to sixteen digits, and tells how many; nil for any other.
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

/// Offsets in a file: all but the last four digits are mostly those of the number before, and are kept.
struct NearbyDecimal {
  private var high: UInt64 = .max
  /// The text of `high`, at most sixteen characters.
  private(set) var words: (UInt64, UInt64) = (0, 0)
  private(set) var width = 0

  /// Keeps all but the last four digits of a number, and returns these as text; nil for a number that
  /// has no more.
  @inline(__always)
  mutating func split(_ value: UInt64) -> UInt64? {
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000)
    guard high > 0 else { return nil }
    if high != self.high { keep(high) }
    // The four digits are the last of the eight that there are routines for.
    return (DecimalDigits.eight(low) | DecimalDigits.zeros) >> 32
  }

  /// Spells the digits that neighbours share.
  @inline(never)
  private mutating func keep(_ high: UInt64) {
    self.high = high
    width = Decimal.digits(high)
    let (upper, lower) = high.quotientAndRemainder(dividingBy: 100_000_000)
    // A 64-bit number without its last four digits has at most sixteen.
    let digits =
      UInt128(DecimalDigits.eight(upper) | DecimalDigits.zeros)
      | UInt128(DecimalDigits.eight(lower) | DecimalDigits.zeros) << 64
    let shifted = digits >> UInt128(8 * (16 - width))
    words = (UInt64(truncatingIfNeeded: shifted), UInt64(truncatingIfNeeded: shifted >> 64))
  }
}
