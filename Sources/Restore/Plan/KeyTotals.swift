// Sums over keys: a count with value bytes, and for restored keys also elements and expiries.

package import RDB

/// Keys and the bytes of their values.
package struct KeyCount: Hashable, BitwiseCopyable, Sendable {
  /// Number of keys counted.
  package var keys: UInt64 = 0
  /// Bytes of their values.
  package var valueBytes: UInt64 = 0

  /// Creates an empty count.
  package init() {}

  /// Creates a count.
  package init(keys: UInt64, valueBytes: UInt64) {
    self.keys = keys
    self.valueBytes = valueBytes
  }

  /// The sum of two counts.
  ///
  /// It cannot wrap: a file would have to hold 2^64 bytes.
  package static func + (a: KeyCount, b: KeyCount) -> KeyCount {
    KeyCount(keys: a.keys &+ b.keys, valueBytes: a.valueBytes &+ b.valueBytes)
  }
}

/// Totals of restored keys.
package struct KeyTotals: Hashable, BitwiseCopyable, Sendable {
  /// Number of restored keys.
  package private(set) var keys: UInt64 = 0
  /// Bytes of their values.
  package private(set) var valueBytes: UInt64 = 0
  /// Elements (fields, members, entries) of their values, as far as layouts store them; a string is
  /// one.
  package private(set) var elements: UInt64 = 0
  /// Keys whose elements only decoding would count.
  package private(set) var uncounted: UInt64 = 0
  /// Keys that expire.
  package private(set) var expiring: UInt64 = 0

  /// Creates empty totals.
  package init() {}

  /// Creates totals.
  package init(
    keys: UInt64, valueBytes: UInt64, elements: UInt64, uncounted: UInt64, expiring: UInt64
  ) {
    self.keys = keys
    self.valueBytes = valueBytes
    self.elements = elements
    self.uncounted = uncounted
    self.expiring = expiring
  }

  /// Keys and bytes only.
  package var count: KeyCount { KeyCount(keys: keys, valueBytes: valueBytes) }

  /// Adds a key.
  ///
  /// Sums wrap if a file claims absurd element counts.
  @inline(__always)
  package mutating func add(_ record: RDBRecord, expires: Bool) {
    let isCounted = record.elementCount != .max
    keys &+= 1
    valueBytes &+= UInt64(truncatingIfNeeded: record.valueCount)
    elements &+= isCounted ? record.elementCount : 0
    uncounted &+= isCounted ? 0 : 1
    expiring &+= expires ? 1 : 0
  }

  /// Adds totals.
  @inline(__always)
  package mutating func add(_ other: KeyTotals) {
    keys &+= other.keys
    valueBytes &+= other.valueBytes
    elements &+= other.elements
    uncounted &+= other.uncounted
    expiring &+= other.expiring
  }
}
