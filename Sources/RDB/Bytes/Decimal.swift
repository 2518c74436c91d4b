/// Decimal text of integers.
package enum Decimal {
  /// Characters of a number's decimal text, sign included.
  package static func digits(_ value: Int64) -> Int {
    digits(value.magnitude) &+ (value < 0 ? 1 : 0)
  }

  /// Characters of a number's decimal text.
  ///
  /// 1233 / 4096 approximates the logarithm of 2 to the base 10 well enough for 64 bits: the estimate
  /// is exact or one too small, which a comparison corrects.
  package static func digits(_ value: UInt64) -> Int {
    let bits = 64 &- (value | 1).leadingZeroBitCount
    let estimate = (bits &* 1233) >> 12
    return estimate &+ (value >= powersOfTen[estimate] ? 1 : 0) &+ (value == 0 ? 1 : 0)
  }

  /// The number that a text of decimal digits stands for; nil if it has others, none or too many.
  @inline(__always)
  static func parse(_ text: RawSpan) -> UInt64? {
    guard text.byteCount > 0 else { return nil }
    var number: UInt64 = 0
    for index in 0..<text.byteCount {
      let digit = text.byte(at: index) &- 0x30
      guard digit <= 9 else { return nil }
      let (product, isLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = product.addingReportingOverflow(UInt64(digit))
      guard !isLarge, !isLarger else { return nil }
      number = sum
    }
    return number
  }

  /// Powers of ten that 64 bits can hold, from 10^0 to 10^19.
  package static let powersOfTen: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
    100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
    100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}
