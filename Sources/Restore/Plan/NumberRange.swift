// Ranges as they are typed, both ends included. An end may be left out; a number alone is a range of
// one. Operators need no character that a shell expands in an unquoted word, but for `<` and `>`.
//
//   10..20    ..20    10..    10    10~20    ~20    10~    >=10    >9    <=20    <21

import RDB

/// Why a text is no range.
package enum RangeError: Error, Hashable, Sendable {
  /// It has no end, or an end that is no number of the kind that is asked for.
  case form
  /// The first end is greater than the second.
  case reversed(first: String, second: String)
}

/// A range of numbers, both ends included.
package struct NumberRange: Hashable, BitwiseCopyable, Sendable {
  /// The smallest number.
  package var lower: Int64
  /// The largest number.
  package var upper: Int64

  /// Creates a range.
  package init(_ lower: Int64, _ upper: Int64) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether the range contains a number.
  @inline(__always)
  package func contains(_ number: Int64) -> Bool { number >= lower && number <= upper }

  /// Reads a range.
  ///
  /// - Parameters:
  ///   - text: The range as typed.
  ///   - separators: What may stand between the ends; the first one that occurs counts.
  ///   - number: Reads an end.
  /// - Throws: Why the text is no range.
  package init(
    _ text: String, separators: [String] = ["~", ".."], _ number: (Substring) -> Int64?
  ) throws(RangeError) {
    if let range = try NumberRange.compared(text, number) {
      self = range
      return
    }
    guard let ends = NumberRange.ends(text, separators) else {
      guard let only = number(Substring(text)) else { throw .form }
      self.init(only, only)
      return
    }
    let (first, second) = ends
    let lower = first.isEmpty ? .min : number(first)
    let upper = second.isEmpty ? .max : number(second)
    guard let lower, let upper, !first.isEmpty || !second.isEmpty else { throw .form }
    guard lower <= upper else {
      throw .reversed(first: String(first), second: String(second))
    }
    self.init(lower, upper)
  }

  /// The two ends of a range; nil if there is no separator.
  private static func ends(_ text: String, _ separators: [String]) -> (Substring, Substring)? {
    for separator in separators {
      let ends = text.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
      if ends.count == 2 { return (ends[0], ends[1]) }
    }
    return nil
  }

  /// A range of one operator and a number, such as `>=10`; nil if there is no operator.
  private static func compared(
    _ text: String, _ number: (Substring) -> Int64?
  ) throws(RangeError) -> NumberRange? {
    guard let sign = [">=", "<=", ">", "<"].first(where: { text.hasPrefix($0) }) else { return nil }
    guard let bound = number(text.dropFirst(sign.count)) else { throw .form }
    switch sign {
    case ">=": return NumberRange(bound, .max)
    case "<=": return NumberRange(.min, bound)
    case ">" where bound < .max: return NumberRange(bound + 1, .max)
    case "<" where bound > .min: return NumberRange(.min, bound - 1)
    default: throw .form
    }
  }

  /// A range of counts.
  package static func counts(_ text: String) throws(RangeError) -> NumberRange {
    try NumberRange(text, count)
  }

  /// A range of cluster slots, also as the service and CLUSTER SLOTS write it: `0-5460`.
  package static func slots(_ text: String) throws(RangeError) -> NumberRange {
    try NumberRange(text, separators: ["~", "..", "-"], count)
  }

  /// A range of sizes: bytes, or with K, M, G, T (also KB, KiB and so on) in powers of 1024.
  package static func sizes(_ text: String) throws(RangeError) -> NumberRange {
    try NumberRange(text) { scaled($0, sizeUnits) }
  }

  /// A range of spans of time in seconds: seconds, or with s, m, h, d, w.
  package static func durations(_ text: String) throws(RangeError) -> NumberRange {
    try NumberRange(text) { scaled($0, timeUnits) }
  }

  /// A size alone; nil if the text is none.
  package static func size(_ text: String) -> Int64? { scaled(Substring(text), sizeUnits) }

  /// A span of time alone, in seconds; nil if the text is none.
  package static func duration(_ text: String) -> Int64? { scaled(Substring(text), timeUnits) }

  private static let sizeUnits: [(String, Int64)] =
    [("b", 1)]
    + zip(["k", "m", "g", "t"], [10, 20, 30, 40]).flatMap { letter, power in
      ["", "b", "ib"].map { (letter + $0, Int64(1) << Int64(power)) }
    }

  static let timeUnits: [(String, Int64)] = [
    ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800),
  ]

  private static func count(_ text: Substring) -> Int64? {
    // Int64(_:) would accept a sign.
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int64(text)
  }

  /// A number with a unit; nil if the unit is unknown or the product exceeds 64 bits.
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
