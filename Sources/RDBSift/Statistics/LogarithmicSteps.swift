// Steps for numbers of any size: each below 64 has one of its own, and each power of two above has 64. A
// number is within 1/128 of the middle of its step.

/// Numbers as steps.
enum LogarithmicSteps {
  /// Steps of all numbers below 2^63.
  static let count = 64 * 64

  /// The greatest distance of a number from the middle of its step, as a part of the number.
  static let error = 1.0 / 128

  /// Numbers below 64 have a step each; above, the step is the exponent and the next six bits.
  @inline(__always)
  static func step(_ number: UInt64) -> Int {
    guard number >= 64 else { return Int(number) }
    let power = 63 - number.leadingZeroBitCount
    return (power - 5) * 64 + Int(number >> UInt64(power - 6) & 63)
  }

  /// The smallest number of a step.
  static func lowest(_ step: Int) -> Int64 {
    guard step >= 64 else { return Int64(step) }
    let power = step / 64 + 5
    return Int64(clamping: UInt64(64 + step % 64) << UInt64(power - 6))
  }
}
