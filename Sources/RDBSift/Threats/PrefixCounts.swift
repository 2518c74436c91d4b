// Counts by the part of a key before its first colon. A file may have any number of such parts, so
// only the first few thousand in the order of their bytes are kept. A part that is dropped has that
// many before it, and they never go; so what is kept is counted in full, whatever the order of keys.

/// Counts by prefix.
package struct PrefixCounts: Sendable {
  /// Prefixes that are kept at last.
  package static let limit = 4096
  private static let longest = 64

  private var counts: [[UInt8]: UInt64] = [:]
  /// Counts of prefixes that were dropped.
  private var dropped: UInt64 = 0

  /// Makes an empty list.
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

  /// Adds another's counts.
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

  /// The prefixes, the most frequent first, and how many keys have none of them.
  package func sorted() -> (prefixes: [(prefix: [UInt8], count: UInt64)], others: UInt64) {
    var copy = self
    if copy.counts.count > PrefixCounts.limit { copy.prune() }
    let sorted = copy.counts.sorted { a, b in
      a.value != b.value ? a.value > b.value : a.key.lexicographicallyPrecedes(b.key)
    }
    return (sorted.map { (prefix: $0.key, count: $0.value) }, copy.dropped)
  }
}
