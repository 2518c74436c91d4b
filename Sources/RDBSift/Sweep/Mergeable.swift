// What several threads, or several files, found is added up in one way.

/// A result of which two can be made one.
///
/// Merging must not depend on the order: threads end in any.
package protocol Mergeable {
  /// Adds what another thread found in the same backup.
  mutating func merge(_ other: Self)
}

extension UInt64: Mergeable {
  /// Adds a count.
  package mutating func merge(_ other: UInt64) { self &+= other }
}

/// What a job counts that counts nothing.
package struct NoSummary: Mergeable, Sendable {
  /// Makes it.
  package init() {}

  /// Does nothing.
  package mutating func merge(_ other: NoSummary) {}
}

extension Sequence where Element: Mergeable {
  /// All elements as one; nil if there are none.
  func merged() -> Element? {
    reduce(nil) { sum, next in
      guard var sum else { return next }
      sum.merge(next)
      return sum
    }
  }
}
