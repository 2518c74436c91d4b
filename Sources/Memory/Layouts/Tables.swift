// Hash tables without their entries.

extension ElementCosts {
  /// The table of a value with `count` elements that was filled while it was loaded.
  ///
  /// - Parameters:
  ///   - count: The elements.
  ///   - extra: Bytes that the table of a hash has besides, in layouts with hash tables.
  /// - Returns: Bytes, and whether they contain an expectation.
  func table(_ count: Int, extra: Int = 0) -> (bytes: Int, isExpected: Bool) {
    guard let structBytes = layout.hashtable else {
      let buckets = ElementCosts.buckets(count) * 8
      guard layout.roundsStructures else { return (layout.dictionary + buckets, false) }
      return (usable(layout.dictionary) + usable(buckets), false)
    }
    let table = ElementCosts.hashtable(count)
    return (structBytes + extra + table.bytes, count > ElementCosts.slots)
  }

  /// Buckets of a dictionary that was made for `count` entries.
  static func buckets(_ count: Int) -> Int {
    count <= 4 ? 4 : 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
  }

  /// Bytes of the buckets that a dictionary has while it grows entry by entry: the smaller table
  /// stays until each of its buckets in use, about 63 %, was moved by an insertion.
  static func growingBuckets(_ count: Int) -> Int {
    let whole = buckets(count)
    let half = whole / 2
    let isMoving = whole > 4 && count - half < (half * 647) >> 10
    return 8 * (isMoving ? whole + half : whole)
  }

  /// Entries in a bucket of 64 bytes.
  private static let slots = 7

  /// The buckets of a hash table of Valkey 8.1 on, and the expected buckets that are chained to them.
  static func hashtable(_ count: Int) -> (buckets: Int, bytes: Int) {
    let needed = (count * 5 + 31) / 32
    let buckets = needed <= 1 ? 1 : 1 << (Int.bitWidth - (needed - 1).leadingZeroBitCount)
    let chained = Double(buckets) * expectedChain(count, buckets)
    return (buckets, 64 * buckets + Int((64 * chained).rounded()))
  }

  /// The expected number of buckets chained to one: with k entries ⌈(k − 7) / 6⌉, where k has a
  /// binomial distribution.
  private static func expectedChain(_ count: Int, _ buckets: Int) -> Double {
    guard count > slots else { return 0 }
    guard buckets > 1 else { return Double((count - slots + 5) / 6) }
    let share = 1 / Double(buckets)
    var probability = power(1 - share, count)
    var sum = 0.0
    for entries in 0..<min(count, 64) {
      if entries > slots { sum += probability * Double((entries - slots + 5) / 6) }
      probability *= Double(count - entries) / Double(entries + 1) * share / (1 - share)
    }
    return sum
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
