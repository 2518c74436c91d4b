// The shortest decimal text that reads back to a double, for doubles of everyday size that are no whole
// numbers. Everything is exact: such a double is c / 2^s with c below 2^53 and s at most 60, and scaled by
// a power of ten below 10^19 it still fits 128 bits.
//
// A text reads back if it is nearer to the double than half the distance to the next. With n decimals,
// where 10^-n is at most that distance, there is such a text; with n − 1 there may be one, and at most
// one. If there is, it is the shortest but for the zeros at its end; if not, it is the nearest with n.
// (Schubfach, by Raffaello Giulietti, does the same for all doubles, by tables.)

import RDB

/// A decimal number: an integer, and how many of its digits stand behind the point.
struct ShortestDecimal: Hashable {
  /// All digits as one integer, at most 17.
  let digits: UInt64
  /// Digits behind the point, 1 to 19.
  let decimals: Int

  /// 10 to the powers of 0 to 19.
  static let powers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
    100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
    100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]

  /// The shortest decimal of a double's magnitude, the nearest to it of its length.
  ///
  /// Nil for doubles outside of 2^-8 to 10^15, whole numbers, and the few whose choice is no matter of
  /// comparing alone: powers of two, and ties.
  init?(magnitudeOf value: Double) {
    let magnitude = value.magnitude
    guard magnitude >= 0x1p-8, magnitude < 1e15, magnitude.significandBitPattern != 0 else {
      return nil
    }
    let coefficient = magnitude.significandBitPattern | 1 << 52
    // 2^-shift is the distance to the next double. Below 10^15 it is at most 2^-3, from 2^-8 on at
    // least 2^-60.
    let shift = 1075 &- Int(magnitude.exponentBitPattern)
    guard shift > 0 else { return nil }
    // The least count whose power of ten is above 2^shift: 1233 / 4096 is nearly lg 2.
    let count = (shift &* 1233) >> 12 &+ 1
    let power = ShortestDecimal.powers[count]
    let scaled = coefficient.multipliedFullWidth(by: power)
    let move = UInt64(truncatingIfNeeded: shift)
    let whole = scaled.high &<< (64 &- move) | scaled.low &>> move
    let rest = scaled.low & (1 &<< move &- 1)
    guard
      let (digits, zeros) = ShortestDecimal.nearest(whole, rest, shift: move, reach: power / 2)
    else { return nil }
    self.digits = digits
    decimals = count &- zeros
    guard decimals > 0 else { return nil }
  }

  /// The integer to take for `whole` + `rest` / 2^shift without the zeros at its end, and how many these
  /// are; `reach` / 2^shift is half the distance to the next double.
  ///
  /// Nil where a comparison is equal.
  @inline(__always)
  private static func nearest(
    _ whole: UInt64, _ rest: UInt64, shift: UInt64, reach: UInt64
  ) -> (digits: UInt64, zeros: Int)? {
    let (tens, ones) = whole.quotientAndRemainder(dividingBy: 10)
    // Ten units are at most 10 · 2^60, below 2^64.
    let below = ones &<< shift &+ rest
    let above = (10 &- ones) &<< shift &- rest
    guard below != reach, above != reach else { return nil }
    if below < reach { return withoutZeros(tens) }
    if above < reach { return withoutZeros(tens &+ 1) }
    let half = 1 &<< (shift &- 1) as UInt64
    guard rest != half else { return nil }
    return (rest < half ? whole : whole &+ 1, 0)
  }

  /// A tenth of a number without the zeros at its end, and how many the number has with the one
  /// that was divided off.
  ///
  /// A tenth has 16 digits, and so 15 zeros at most: eight, four, two and one.
  @inline(__always)
  private static func withoutZeros(_ tenth: UInt64) -> (digits: UInt64, zeros: Int) {
    var digits = tenth
    var zeros = 1
    func strip(_ power: UInt64, _ count: Int) {
      let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: power)
      guard remainder == 0 else { return }
      digits = quotient
      zeros &+= count
    }
    strip(100_000_000, 8)
    strip(10_000, 4)
    strip(100, 2)
    strip(10, 1)
    return (digits, zeros)
  }
}

extension OutputCursor {
  /// A score as the shortest text that reads back to the same double.
  mutating func append(score: Double) {
    if score.magnitude < 1e15, score == score.rounded(.towardZero) {
      // An integral double below 2^53 is exact; the sign of zero is spelled.
      if score == 0, score.sign == .minus { append(0x2d) }
      return append(decimal: Int64(score))
    }
    guard let decimal = ShortestDecimal(magnitudeOf: score) else {
      return append(made: score.description)
    }
    if score < 0 { append(0x2d) }
    append(decimal, whole: decimal.whole)
  }

  /// A score, as a bulk string.
  mutating func appendBulk(score: Double) {
    if score.magnitude < 1e15, score == score.rounded(.towardZero) {
      if score == 0, score.sign == .minus { return append("$2\r\n-0\r\n") }
      return appendBulk(decimal: Int64(score))
    }
    guard let decimal = ShortestDecimal(magnitudeOf: score) else {
      let text = score.description
      appendBulkHead(text.utf8.count)
      append(made: text)
      return appendLineEnd()
    }
    let whole = decimal.whole
    appendBulkHead(Decimal.digits(whole) &+ 1 &+ decimal.decimals &+ (score < 0 ? 1 : 0))
    if score < 0 { append(0x2d) }
    append(decimal, whole: whole)
    appendLineEnd()
  }

  private mutating func append(_ decimal: ShortestDecimal, whole: UInt64) {
    append(decimal: whole)
    append(0x2e)
    var fraction = decimal.digits &- whole &* ShortestDecimal.powers[decimal.decimals]
    var count = decimal.decimals
    if count > 16 {
      let (high, low) = fraction.quotientAndRemainder(dividingBy: ShortestDecimal.powers[16])
      append(
        word: (DecimalDigits.eight(high) | DecimalDigits.zeros) >> UInt64(8 &* (24 &- count)),
        width: count &- 16)
      (fraction, count) = (low, 16)
    }
    // As if there were sixteen decimals, of which so many are kept.
    let (high, low) = (fraction &* ShortestDecimal.powers[16 &- count])
      .quotientAndRemainder(dividingBy: ShortestDecimal.powers[8])
    append(
      words: (
        DecimalDigits.eight(high) | DecimalDigits.zeros,
        DecimalDigits.eight(low) | DecimalDigits.zeros
      ), width: count)
  }
}

extension ShortestDecimal {
  /// What stands before the point.
  fileprivate var whole: UInt64 { digits / ShortestDecimal.powers[decimals] }
}
