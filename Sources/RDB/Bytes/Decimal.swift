/// The decimal text of integers: how long it is.
public enum Decimal {
  /// Characters of a number's decimal text, sign included.
  public static func digits(_ value: Int64) -> Int {
    digits(value.magnitude) &+ (value < 0 ? 1 : 0)
  }

  /// Characters of a number's decimal text.
  ///
  /// 1233 / 4096 is the logarithm of 2 to the base 10, near enough for 64 bits: the estimate is exact
  /// or one too small, which a comparison tells.
  public static func digits(_ value: UInt64) -> Int {
    let bits = 64 &- (value | 1).leadingZeroBitCount
    let estimate = (bits &* 1233) >> 12
    return estimate &+ (value >= powers[estimate] ? 1 : 0) &+ (value == 0 ? 1 : 0)
  }

  /// Powers of ten that 64 bits can hold; the first is 1.
  private static let powers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
    100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
    100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}
