// Merging the results of threads and files.

/// A result that can be merged with another.
///
/// Merging must not depend on the order, since threads end in any order.
package protocol Mergeable {
  /// Adds the result of another thread or file.
  mutating func merge(_ other: Self)
}

extension UInt64: Mergeable {
  /// Adds a count.
  package mutating func merge(_ other: UInt64) { self &+= other }
}

/// The empty summary.
package struct NoSummary: Mergeable, Sendable {
  /// Makes an empty summary.
  package init() {}

  /// Does nothing.
  package mutating func merge(_ other: NoSummary) {}
}

extension Sequence where Element: Mergeable {
  /// All elements merged; nil if there are none.
  func merged() -> Element? {
    reduce(nil) { sum, next in
      guard var sum else { return next }
      sum.merge(next)
      return sum
    }
  }
}
