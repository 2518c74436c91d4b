// Criteria other than database, type and key patterns.

import RDB

/// Bounds on properties of a record; nil does not restrict.
package struct RecordMeasures: Hashable, Sendable {
  /// The expiry stored in the file.
  package var expiry: ExpiryRange?
  /// The size of the record.
  package var size: NumberRange?
  /// The number of elements.
  package var elements: NumberRange?
  /// Seconds since the last access, if stored.
  package var idle: NumberRange?
  /// The LFU counter, if stored.
  package var frequency: NumberRange?
  /// The cluster slot, as stored or computed from the key.
  package var slot: NumberRange?

  /// Creates bounds that restrict nothing.
  package init() {}

  /// Whether nothing is restricted.
  package var isEmpty: Bool { self == RecordMeasures() }

  /// Whether a record is within the bounds, except for a slot that only the key determines.
  ///
  /// A value whose layout does not store its element count passes; who decodes it checks again.
  func contains(_ record: RDBRecord) -> Bool {
    if let size, !size.contains(Int64(record.end &- record.start)) { return false }
    if let expiry, !expiry.contains(record.expiry) { return false }
    if let elements, let count = record.elements, !elements.contains(Int64(clamping: count)) {
      return false
    }
    if let idle, !(record.idleSeconds.map { idle.contains(Int64($0)) } ?? false) { return false }
    if let frequency, !(record.frequency.map { frequency.contains(Int64($0)) } ?? false) {
      return false
    }
    return true
  }

  /// Whether the slot is selected.
  func containsSlot(of record: RDBRecord, key: RawSpan) -> Bool {
    guard let slot else { return true }
    return slot.contains(Int64(record.slot ?? HashSlot(of: key).rawValue))
  }
}

/// About one in N keys, chosen by a hash of the key and a seed.
package struct KeySample: Hashable, BitwiseCopyable, Sendable {
  /// N.
  package var one: UInt64
  /// The seed.
  package var seed: UInt64

  /// Creates a sample; `one` is at least 1.
  package init(oneIn one: UInt64, seed: UInt64 = 0) {
    precondition(one > 0, "one key in none")
    self.one = one
    self.seed = seed
  }

  /// Whether a key is in the sample.
  package func contains(_ key: RawSpan) -> Bool {
    // FNV-1a with the finaliser of SplitMix64, so that all bits of the hash depend on all bytes.
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for at in 0..<key.byteCount {
      sum ^= UInt64(key.byte(at: at))
      sum = sum &* 0x100_0000_01b3
    }
    sum = (sum ^ (sum >> 30)) &* 0xbf58_476d_1ce4_e5b9
    sum = (sum ^ (sum >> 27)) &* 0x94d0_49bb_1331_11eb
    return (sum ^ (sum >> 31)) % one == 0
  }
}
