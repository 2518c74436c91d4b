// Counts keys to compare them with the counts in the file.

import RDB

/// Keys by database and cluster slot, and the slot counts in the file.
package struct KeyCounts: Sendable {
  /// Key counts of a database.
  package struct Count: Hashable, Sendable {
    package var keys: UInt64 = 0
    package var expires: UInt64 = 0

    mutating func merge(_ other: Count) {
      keys += other.keys
      expires += other.expires
    }
  }

  /// A cluster slot of a database.
  struct Slot: Hashable, Sendable {
    var database: UInt32
    var number: UInt16
  }

  /// The key count of a slot in the file.
  struct Hint: Hashable, Sendable {
    var offset: Int
    var keys: UInt64
  }

  /// Keys by database.
  package private(set) var databases: [UInt32: Count] = [:]
  private var slots: [Slot: UInt64] = [:]
  private var hints: [Slot: Hint] = [:]
  /// Adjacent records mostly share database and slot; their count is added when one changes.
  private var place = Slot(database: 0, number: 0xffff)
  private var count = Count()

  /// Makes zero counts.
  init() {}

  /// Counts a key.
  @inline(__always)
  mutating func add(_ record: RDBRecord) {
    if record.database != place.database || record.slotNumber != place.number {
      endRun()
      place = Slot(database: record.database, number: record.slotNumber)
    }
    count.keys &+= 1
    count.expires &+= record.flags.contains(.expiry) ? 1 : 0
  }

  /// Adds the key count of a slot in the file.
  mutating func add(_ slot: UInt64, keys: UInt64, database: UInt32, at offset: Int) {
    guard slot < 16384 else { return }
    hints[Slot(database: database, number: UInt16(slot))] = Hint(offset: offset, keys: keys)
  }

  private mutating func endRun() {
    guard count.keys > 0 else { return }
    databases[place.database, default: Count()].merge(count)
    if place.number != 0xffff { slots[place, default: 0] += count.keys }
    count = Count()
  }

  /// Ends counting.
  mutating func end() { endRun() }

  /// Adds the counts of another thread or file.
  mutating func merge(_ other: KeyCounts) {
    databases.merge(other.databases) { one, two in
      var sum = one
      sum.merge(two)
      return sum
    }
    slots.merge(other.slots) { $0 + $1 }
    hints.merge(other.hints) { one, _ in one }
  }

  /// The differences from the counts in the file.
  func findings(_ metadata: RDBMetadata, fileSize: Int) -> [Finding] {
    // Dragonfly writes while keys change, so its counts are estimates.
    guard metadata.dialect != .dragonfly else { return [] }
    var findings: [Finding] = []
    // Servers before 5.0 counted expired keys and did not save them.
    let isOld = metadata.header.version < 9 && !metadata.header.isValkey
    func severity(_ promised: UInt64, _ found: UInt64) -> Finding.Severity {
      isOld && found < promised ? .note : .warning
    }
    for (number, database) in metadata.databases.sorted(by: { $0.key < $1.key }) {
      let found = databases[number] ?? Count()
      let end = metadata.end ?? fileSize
      if let promised = database.promisedKeys, promised != found.keys {
        findings.append(
          Finding(
            .keyCount(promised: promised, found: found.keys), severity(promised, found.keys),
            at: end,
            database: number, .end, fileSize: fileSize))
      }
      if let promised = database.promisedExpires, promised != found.expires {
        findings.append(
          Finding(
            .expiringCount(promised: promised, found: found.expires),
            severity(promised, found.expires), at: end,
            database: number, .end, fileSize: fileSize))
      }
    }
    for (slot, hint) in hints.sorted(by: { $0.value.offset < $1.value.offset }) {
      let found = slots[slot] ?? 0
      guard found != hint.keys else { continue }
      findings.append(
        Finding(
          .slotCount(slot: slot.number, promised: hint.keys, found: found), .warning,
          at: hint.offset, database: slot.database, .between, fileSize: fileSize))
    }
    return findings
  }
}
