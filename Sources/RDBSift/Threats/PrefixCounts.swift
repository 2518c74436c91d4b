// Counts keys by prefix: the part before the first colon. A file may have any number of prefixes, so only the
// first few thousand in byte order are kept. A dropped prefix has that many before it, which are never dropped,
// so kept prefixes have full counts whatever the order of keys.

/// Key counts by prefix.
package struct PrefixCounts: Sendable {
  /// The number of prefixes to keep.
  package static let limit = 4096
  private static let longest = 64

  private var counts: [[UInt8]: UInt64] = [:]
  /// The sum of the counts of dropped prefixes.
  private var dropped: UInt64 = 0

  /// Makes empty counts.
  package init() {}

  /// The part of a key before its first colon; empty if it has none.
  package static func prefix(of key: [UInt8]) -> [UInt8] {
    guard let colon = key.prefix(longest + 1).firstIndex(of: UInt8(ascii: ":")) else {
      return []
    }
    return Array(key[..<colon])
  }

  /// Counts a key.
  mutating func add(_ key: [UInt8]) {
    counts[PrefixCounts.prefix(of: key), default: 0] &+= 1
    if counts.count > 2 * PrefixCounts.limit { prune() }
  }

  /// Adds the counts of another thread or file.
  package mutating func merge(_ other: PrefixCounts) {
    counts.merge(other.counts) { $0 &+ $1 }
    dropped &+= other.dropped
    if counts.count > 2 * PrefixCounts.limit { prune() }
  }

  private mutating func prune() {
    let sorted = counts.keys.sorted { $0.lexicographicallyPrecedes($1) }
    for prefix in sorted.dropFirst(PrefixCounts.limit) {
      dropped &+= counts.removeValue(forKey: prefix) ?? 0
    }
  }

  /// The prefixes by descending count, and the number of keys with other prefixes.
  package func sorted() -> (prefixes: [(prefix: [UInt8], count: UInt64)], others: UInt64) {
    var copy = self
    if copy.counts.count > PrefixCounts.limit { copy.prune() }
    let sorted = copy.counts.sorted { a, b in
      a.value != b.value ? a.value > b.value : a.key.lexicographicallyPrecedes(b.key)
    }
    return (sorted.map { (prefix: $0.key, count: $0.value) }, copy.dropped)
  }
}
