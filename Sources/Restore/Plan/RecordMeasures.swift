// What may be asked of a record beside its database, its type and the patterns for its key.

import RDB

/// Bounds on what can be measured of a record; nil asks for nothing.
package struct RecordMeasures: Hashable, Sendable {
  /// The expiry, as the file has it.
  package var expiry: ExpiryRange?
  /// Bytes of the whole record.
  package var size: NumberRange?
  /// Elements of the value.
  package var elements: NumberRange?
  /// Seconds since the last access, where the server wrote them.
  package var idle: NumberRange?
  /// The LFU counter, where the server wrote it.
  package var frequency: NumberRange?
  /// The cluster slot, as the file tells it or else as the key has it.
  package var slot: NumberRange?

  /// Makes measures that ask for nothing.
  package init() {}

  /// Whether everything is asked for.
  package var isEmpty: Bool { self == RecordMeasures() }

  /// Whether a record fits, its slot aside where only the key tells.
  ///
  /// A value whose layout does not tell its elements passes: whoever opens it asks again.
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

  /// Whether the slot fits.
  func containsSlot(of record: RDBRecord, key: RawSpan) -> Bool {
    guard let slot else { return true }
    return slot.contains(Int64(record.slot ?? HashSlot(of: key).rawValue))
  }
}

/// About one key in so many, chosen by the key's bytes and a seed alone.
package struct KeySample: Hashable, BitwiseCopyable, Sendable {
  /// One in so many.
  package var one: UInt64
  /// What decides which.
  package var seed: UInt64

  /// Makes a sample.
  ///
  /// `one` is at least 1.
  package init(oneIn one: UInt64, seed: UInt64 = 0) {
    precondition(one > 0, "one key in none")
    self.one = one
    self.seed = seed
  }

  /// Whether a key is in the sample.
  package func contains(_ key: RawSpan) -> Bool {
    // FNV-1a, and the finish of SplitMix64, so that all bits of the sum depend on all bytes.
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
