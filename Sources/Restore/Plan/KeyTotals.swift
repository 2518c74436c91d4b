// What is added up of keys: a count with the bytes of their values, and for keys that are restored
// their elements and expiries too.

package import RDB

/// Keys, and the bytes of their values as the file holds them.
package struct KeyCount: Hashable, BitwiseCopyable, Sendable {
  /// Keys.
  package var keys: UInt64 = 0
  /// Bytes of their values.
  package var valueBytes: UInt64 = 0

  /// Makes a count of nothing.
  package init() {}

  /// Makes a count.
  package init(keys: UInt64, valueBytes: UInt64) {
    self.keys = keys
    self.valueBytes = valueBytes
  }

  /// The sum of two counts.
  ///
  /// Neither sum can wrap: a file would have to hold 2^64 bytes.
  package static func + (a: KeyCount, b: KeyCount) -> KeyCount {
    KeyCount(keys: a.keys &+ b.keys, valueBytes: a.valueBytes &+ b.valueBytes)
  }
}

/// Keys that are restored: how many, and what is in them.
package struct KeyTotals: Hashable, BitwiseCopyable, Sendable {
  /// Keys.
  package private(set) var keys: UInt64 = 0
  /// Bytes of their values.
  package private(set) var valueBytes: UInt64 = 0
  /// Elements (fields, members, entries) of their values, as far as layouts tell; a string is one.
  package private(set) var elements: UInt64 = 0
  /// Keys of which only opening the value would tell the elements.
  package private(set) var uncounted: UInt64 = 0
  /// Keys that expire.
  package private(set) var expiring: UInt64 = 0

  /// Makes totals of nothing.
  package init() {}

  /// Makes totals.
  package init(
    keys: UInt64, valueBytes: UInt64, elements: UInt64, uncounted: UInt64, expiring: UInt64
  ) {
    self.keys = keys
    self.valueBytes = valueBytes
    self.elements = elements
    self.uncounted = uncounted
    self.expiring = expiring
  }

  /// Keys and bytes alone.
  package var count: KeyCount { KeyCount(keys: keys, valueBytes: valueBytes) }

  /// Adds a key.
  ///
  /// Sums wrap where a file claims more elements than there are numbers.
  @inline(__always)
  package mutating func add(_ record: RDBRecord, expires: Bool) {
    let isCounted = record.elementCount != .max
    keys &+= 1
    valueBytes &+= UInt64(truncatingIfNeeded: record.valueCount)
    elements &+= isCounted ? record.elementCount : 0
    uncounted &+= isCounted ? 0 : 1
    expiring &+= expires ? 1 : 0
  }

  /// Adds other keys.
  @inline(__always)
  package mutating func add(_ other: KeyTotals) {
    keys &+= other.keys
    valueBytes &+= other.valueBytes
    elements &+= other.elements
    uncounted &+= other.uncounted
    expiring &+= other.expiring
  }
}
