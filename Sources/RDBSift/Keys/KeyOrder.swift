// The order of a sorted key list.

import RDB

/// By what a key list is sorted, and in which direction.
///
/// Keys without the value, such as those without an expiry, come last in either direction; keys with
/// the same value stay in file order.
package struct KeyOrder: Hashable, Sendable {
  /// What is compared.
  package enum Field: Hashable, Sendable {
    /// Bytes of the record.
    case recordBytes
    /// Bytes of memory.
    case memory
    /// Elements of the value; values without a stored count are decoded to count them.
    case elements
    /// The expiry.
    case expiry
    /// The bytes of the key.
    case key
    /// Seconds since the last access.
    case idle
    /// The LFU counter.
    case frequency

    /// Whether the greatest values come first unless the other direction is chosen.
    package var isDescendingByDefault: Bool {
      switch self {
      case .recordBytes, .memory, .elements, .idle, .frequency: true
      case .expiry, .key: false
      }
    }
  }

  /// What is compared.
  package let field: Field
  /// Whether the greatest values come first.
  package let isDescending: Bool

  /// Makes an order; nil means the field's default direction.
  package init(_ field: Field, isDescending: Bool? = nil) {
    self.field = field
    self.isDescending = isDescending ?? field.isDescendingByDefault
  }

  /// Whether rows with the same rank are compared by their keys.
  var comparesKeys: Bool { field == .key }

  /// The rank of a record, smallest first; nil if it has no such value.
  ///
  /// `key` is read only for an order by key, whose rank is made of the first eight bytes, and `memory`
  /// only for an order by memory.
  func rank(of record: RDBRecord, key: RawSpan, memory: Int?) -> Int64? {
    let value: Int64? =
      switch field {
      case .recordBytes: Int64(record.end &- record.start)
      case .memory: memory.map { Int64($0) }
      case .elements: record.elements.map { Int64(clamping: $0) }
      case .expiry: record.expiry?.rawValue
      case .key: KeyOrder.beginning(of: key)
      case .idle: record.idleSeconds.map { Int64($0) }
      case .frequency: record.frequency.map { Int64($0) }
      }
    return isDescending ? value.map { ~$0 } : value
  }

  /// The first eight bytes as a number that is ordered as they are, padded with zeros.
  private static func beginning(of key: RawSpan) -> Int64 {
    var number: UInt64 = 0
    for index in 0..<8 {
      number = number << 8 | (index < key.byteCount ? UInt64(key.byte(index)) : 0)
    }
    return Int64(bitPattern: number ^ 1 << 63)
  }

  /// Whether one row comes before another; both are in `bytes`.
  func precedes(_ one: RowEntry, _ other: RowEntry, in bytes: RawSpan) -> Bool {
    if one.isLast != other.isLast { return other.isLast }
    if one.rank != other.rank { return one.rank < other.rank }
    if comparesKeys {
      let difference = bytes.difference(one.key, other.key)
      if difference != 0 { return (difference < 0) != isDescending }
    }
    return (one.file, one.offset) < (other.file, other.offset)
  }
}

extension RawSpan {
  /// Negative if the bytes of the first range precede those of the second, 0 if they are the same.
  fileprivate func difference(_ one: ByteRange, _ other: ByteRange) -> Int {
    for index in 0..<min(one.count, other.count) {
      let (first, second) = (byte(one.offset &+ index), byte(other.offset &+ index))
      if first != second { return Int(first) &- Int(second) }
    }
    return one.count &- other.count
  }
}
