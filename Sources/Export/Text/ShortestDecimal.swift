// The shortest decimal text that parses to a given double, for ordinary non-integral doubles. The
// arithmetic is exact: such a double is c / 2^s with c below 2^53 and s at most 60, and scaled by a
// power of ten below 10^19 it fits 128 bits.
//
// A text parses back if it is closer to the double than half the distance to the next one. With n
// decimals, where 10^-n is at most that distance, such a text exists; with n - 1 there is at most
// one. If there is, it is the shortest apart from trailing zeros; otherwise the nearest with n
// decimals is.
// (Schubfach, by Raffaello Giulietti, does this for all doubles with tables.)

import RDB

/// A decimal number: an integer, and how many of its digits are decimals.
struct ShortestDecimal: Hashable {
  /// All digits as one integer, at most 17.
  let digits: UInt64
  /// Decimals, 1 to 19.
  let decimals: Int

  /// The shortest decimal of a double's magnitude, and the nearest of that length.
  ///
  /// Nil for doubles outside 2^-8 to 10^15, integers, powers of two, and ties.
  init?(magnitudeOf value: Double) {
    let magnitude = value.magnitude
    guard magnitude >= 0x1p-8, magnitude < 1e15, magnitude.significandBitPattern != 0 else {
      return nil
    }
    let coefficient = magnitude.significandBitPattern | 1 << 52
    // 2^-shift is the distance to the next double: at most 2^-3 below 10^15, at least 2^-60 from
    // 2^-8.
    let shift = 1075 &- Int(magnitude.exponentBitPattern)
    guard shift > 0 else { return nil }
    // The smallest exponent whose power of ten exceeds 2^shift; 1233 / 4096 approximates lg 2.
    let count = (shift &* 1233) >> 12 &+ 1
    let power = Decimal.powersOfTen[count]
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

  /// The integer nearest to `whole` + `rest` / 2^shift without trailing zeros, and their number;
  /// `reach` / 2^shift is half the distance to the next double.
  ///
  /// Nil if a comparison is a tie.
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

  /// A tenth of a number without trailing zeros, and the number's count of trailing zeros.
  ///
  /// A tenth has 16 digits, so at most 15 zeros: eight, four, two and one.
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
  /// A score as the shortest text that parses to the same double.
  mutating func append(score: Double) {
    if score.magnitude < 1e15, score == score.rounded(.towardZero) {
      // Integral doubles below 2^53 are exact; -0 keeps its sign.
      if score == 0, score.sign == .minus { append(0x2d) }
      return append(decimal: Int64(score))
    }
    guard let decimal = ShortestDecimal(magnitudeOf: score) else {
      return append(made: score.description)
    }
    if score < 0 { append(0x2d) }
    append(decimal, whole: decimal.whole)
  }

  /// A score as a bulk string.
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
    var fraction = decimal.digits &- whole &* Decimal.powersOfTen[decimal.decimals]
    var count = decimal.decimals
    if count > 16 {
      let (high, low) = fraction.quotientAndRemainder(dividingBy: Decimal.powersOfTen[16])
      append(
        word: (DecimalDigits.eight(high) | DecimalDigits.zeros) >> UInt64(8 &* (24 &- count)),
        width: count &- 16)
      (fraction, count) = (low, 16)
    }
    // Scaled to sixteen decimals, of which `count` are kept.
    let (high, low) = (fraction &* Decimal.powersOfTen[16 &- count])
      .quotientAndRemainder(dividingBy: Decimal.powersOfTen[8])
    append(
      words: (
        DecimalDigits.eight(high) | DecimalDigits.zeros,
        DecimalDigits.eight(low) | DecimalDigits.zeros
      ), width: count)
  }
}

extension ShortestDecimal {
  /// The integer part.
  fileprivate var whole: UInt64 { digits / Decimal.powersOfTen[decimals] }
}
