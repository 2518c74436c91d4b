/// A set of rules as a bit mask, cheap to create for each text.
struct RuleSet: BitwiseCopyable, Sendable {
  /// The maximum number of rules in a pack.
  static let capacity = 256

  private var words = SIMD4<UInt64>()

  /// Whether it is empty.
  @inline(__always)
  var isEmpty: Bool { words[0] | words[1] | words[2] | words[3] == 0 }

  /// Adds a rule.
  @inline(__always)
  mutating func insert(_ rule: Int) { words[rule >> 6 & 3] |= 1 << UInt64(rule & 63) }

  /// Adds the rules of another set.
  @inline(__always)
  mutating func insert(_ other: RuleSet) { words |= other.words }

  /// Whether a rule is in it.
  @inline(__always)
  func contains(_ rule: Int) -> Bool { words[rule >> 6 & 3] >> UInt64(rule & 63) & 1 == 1 }

  /// The intersection.
  @inline(__always)
  func intersection(_ other: RuleSet) -> RuleSet {
    var both = self
    both.words &= other.words
    return both
  }

  /// Removes and returns the rule with the smallest number.
  mutating func popFirst() -> Int? {
    for index in 0..<4 where words[index] != 0 {
      let bit = words[index].trailingZeroBitCount
      words[index] &= words[index] &- 1
      return index &* 64 &+ bit
    }
    return nil
  }
}
