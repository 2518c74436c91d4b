// Ranges as they are typed: `A~B`, both ends included. An end may be left out; a number alone is a
// range of one.
//
//   10~20    ~20    10~    10

package import RDB

/// A range of numbers, both ends included.
package struct NumberRange: Hashable, BitwiseCopyable, Sendable {
  /// The least number in it.
  package var lower: Int64
  /// The greatest number in it.
  package var upper: Int64

  /// Makes a range.
  package init(_ lower: Int64, _ upper: Int64) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether a number is in it.
  @inline(__always)
  package func contains(_ number: Int64) -> Bool { number >= lower && number <= upper }

  /// Reads a range; nil if it has no end at all, an end that `number` does not know, or ends in the
  /// wrong order.
  package init?(_ text: String, _ number: (Substring) -> Int64?) {
    let ends = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.contains(where: { !$0.isEmpty }) else { return nil }
    var lower: Int64? = .min
    if let first = ends.first, !first.isEmpty { lower = number(first) }
    var upper: Int64? = .max
    if ends.count == 1 { upper = lower }
    if ends.count == 2, !ends[1].isEmpty { upper = number(ends[1]) }
    guard let lower, let upper, lower <= upper else { return nil }
    self.init(lower, upper)
  }

  /// A range of counts.
  package static func counts(_ text: String) -> NumberRange? { NumberRange(text, count) }

  /// A range of sizes: bytes, or with K, M, G, T (also KB, KiB and so on) in powers of 1024.
  package static func sizes(_ text: String) -> NumberRange? {
    NumberRange(text) { scaled($0, sizeUnits) }
  }

  /// A range of spans of time in seconds: seconds, or with s, m, h, d, w.
  package static func durations(_ text: String) -> NumberRange? {
    NumberRange(text) { scaled($0, timeUnits) }
  }

  private static let sizeUnits: [(String, Int64)] =
    [("b", 1)]
    + zip(["k", "m", "g", "t"], [10, 20, 30, 40]).flatMap { letter, power in
      ["", "b", "ib"].map { (letter + $0, Int64(1) << Int64(power)) }
    }

  static let timeUnits: [(String, Int64)] = [
    ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800),
  ]

  private static func count(_ text: Substring) -> Int64? {
    // Int64(_:) would take a sign.
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int64(text)
  }

  /// A number and its unit; nil if there is no such unit, or no 64-bit number of them.
  static func scaled(_ text: Substring, _ units: [(String, Int64)]) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = count(digits), !digits.isEmpty else { return nil }
    let unit = text.dropFirst(digits.count).lowercased()
    guard let factor = unit.isEmpty ? 1 : units.first(where: { $0.0 == unit })?.1 else {
      return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }
}

/// Which expiries are asked for.
package enum ExpiryRange: Hashable, BitwiseCopyable, Sendable {
  /// Of keys that never expire.
  case none
  /// Any expiry, but there is one.
  case any
  /// An expiry in a range of milliseconds.
  case between(NumberRange)

  /// Reads `none`, `any`, or a range whose ends are UTC times, or spans before or after now such as
  /// `+2h` and `-1d`.
  package init?(_ text: String, now: UnixMilliseconds) {
    switch text {
    case "none": self = .none
    case "any": self = .any
    default:
      guard let range = NumberRange(text, { ExpiryRange.moment($0, now: now) }) else { return nil }
      self = .between(range)
    }
  }

  /// Whether a key with this expiry is asked for.
  package func contains(_ expiry: UnixMilliseconds?) -> Bool {
    switch self {
    case .none: expiry == nil
    case .any: expiry != nil
    case .between(let range): expiry.map { range.contains($0.rawValue) } ?? false
    }
  }

  private static func moment(_ text: Substring, now: UnixMilliseconds) -> Int64? {
    guard let sign = text.first, sign == "+" || sign == "-" else {
      return text == "now" ? now.rawValue : UTCTime(String(text))?.instant.rawValue
    }
    guard let seconds = NumberRange.scaled(text.dropFirst(), NumberRange.timeUnits) else {
      return nil
    }
    let (span, wide) = seconds.multipliedReportingOverflow(by: sign == "-" ? -1000 : 1000)
    let (moment, far) = now.rawValue.addingReportingOverflow(span)
    return wide || far ? nil : moment
  }
}
