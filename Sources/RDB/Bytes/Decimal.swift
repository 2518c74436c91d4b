/// The decimal text of integers: how long it is.
public enum Decimal {
  /// Characters of a number's decimal text, sign included.
  public static func digits(_ value: Int64) -> Int {
    digits(value.magnitude) + (value < 0 ? 1 : 0)
  }

  /// Characters of a number's decimal text.
  public static func digits(_ value: UInt64) -> Int {
    var count = 1
    var rest = value
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    return count
  }
}
