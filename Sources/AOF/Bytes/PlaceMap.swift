// A dictionary from strings to values that allocates nothing per entry: keys are places. Few entries
// are searched one by one; more of them through a table of hashes and numbers. Entries keep the order in
// which they came, so that what is written does not depend on hashes.

import RDB

/// Values by strings, in the order in which they were put in.
struct PlaceMap<Value> {
  private struct Entry {
    var key: StringPlace
    let hash: UInt32
    var isLive: Bool
    /// The value; that of a removed entry stays until the next clean-up.
    var value: Value
  }

  private var entries: [Entry] = []
  /// Hashes of entries in the high half, and their numbers plus one in the low half; 0 is free.
  ///
  /// Entries are far away, so those of other hashes are not looked at. Empty while there are few entries.
  private var slots: [UInt64] = []
  /// Entries that are there.
  private(set) var count = 0

  private static var few: Int { 8 }

  /// Whether there is no entry.
  var isEmpty: Bool { count == 0 }

  /// The numbers that entries may have; some are of removed entries.
  var indices: Range<Int> { 0..<entries.count }

  /// Whether the entry of a number is there.
  func isLive(_ index: Int) -> Bool { entries[index].isLive }

  /// The key of an entry.
  func key(_ index: Int) -> StringPlace { entries[index].key }

  /// The value of an entry.
  subscript(index: Int) -> Value {
    @inline(__always) get { entries[index].value }
    @inline(__always) _modify { yield &entries[index].value }
  }

  /// The number of a key's entry; numbers are good until the next insertion or removal.
  func find(_ key: StringPlace, in parts: ByteParts) -> Int? {
    find(key, PlaceMap.hash(key, in: parts), in: parts)
  }

  func find(_ key: StringPlace, _ hash: UInt32, in parts: ByteParts) -> Int? {
    if slots.isEmpty {
      // Bytes are far away: hashes first.
      for index in 0..<entries.count where isEntry(index, key, hash, in: parts) { return index }
      return nil
    }
    let mask = slots.count &- 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
        let index = PlaceMap.number(slots[slot])
        if isEntry(index, key, hash, in: parts) { return index }
      }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// Reads the slot at which the search for a hash begins.
  @inline(__always)
  func touch(_ hash: UInt32) -> UInt64 {
    slots.isEmpty ? 0 : slots[Int(hash) & (slots.count &- 1)]
  }

  /// Reads both ends of an entry.
  @inline(__always)
  func touch(_ index: Int) -> UInt64 where Value == KeyState {
    UInt64(truncatingIfNeeded: entries[index].key.count)
      &+ (entries[index].value.isDoubtful ? 1 : 0)
  }

  /// The number of the first entry that has a hash, whatever its key.
  @inline(__always)
  func likely(_ hash: UInt32) -> Int? {
    guard !slots.isEmpty else { return nil }
    let mask = slots.count &- 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
        return PlaceMap.number(slots[slot])
      }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  @inline(__always)
  private func isEntry(
    _ index: Int, _ key: StringPlace, _ hash: UInt32, in parts: ByteParts
  ) -> Bool {
    entries[index].hash == hash && entries[index].isLive && parts.equal(entries[index].key, key)
  }

  /// Changes the value of an entry.
  mutating func replace(_ value: Value, at index: Int) { entries[index].value = value }

  /// Puts a value in, and tells whether the key is new.
  @discardableResult
  mutating func set(_ key: StringPlace, _ value: Value, in parts: ByteParts) -> Bool {
    let hash = PlaceMap.hash(key, in: parts)
    if let index = find(key, hash, in: parts) {
      entries[index].value = value
      return false
    }
    append(key, hash, value)
    return true
  }

  /// Puts in a value whose key is known not to be there.
  mutating func append(_ key: StringPlace, _ value: Value, in parts: ByteParts) {
    append(key, PlaceMap.hash(key, in: parts), value)
  }

  /// Puts in a value whose key is known not to be there, and tells the number of its entry.
  @discardableResult
  mutating func append(_ key: StringPlace, _ hash: UInt32, _ value: Value) -> Int {
    if entries.count >= max(PlaceMap.few, slots.count / 2) { rebuild() }
    entries.append(Entry(key: key, hash: hash, isLive: true, value: value))
    count &+= 1
    if !slots.isEmpty { enter(entries.count &- 1) }
    return entries.count &- 1
  }

  /// Takes a key out; its value, if it was there.
  @discardableResult
  mutating func remove(_ key: StringPlace, in parts: ByteParts) -> Value? {
    guard let index = find(key, in: parts) else { return nil }
    let value = entries[index].value
    remove(at: index)
    return value
  }

  /// Takes an entry out.
  mutating func remove(at index: Int) {
    entries[index].isLive = false
    count &-= 1
    if count == 0 { self = PlaceMap() }
  }

  /// Makes room for one more: drops removed entries, and doubles the table if they were few.
  private mutating func rebuild() {
    if count < entries.count { entries.removeAll { !$0.isLive } }
    guard entries.count >= PlaceMap.few else { return slots.removeAll() }
    var size = max(32, slots.count)
    while size < entries.count &* 4 { size &*= 2 }
    slots = [UInt64](repeating: 0, count: size)
    for index in entries.indices { enter(index) }
  }

  private mutating func enter(_ index: Int) {
    let mask = slots.count &- 1
    var slot = Int(entries[index].hash) & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = UInt64(entries[index].hash) << 32 | UInt64(truncatingIfNeeded: index &+ 1)
  }

  /// The number of the entry of a slot that is not free.
  @inline(__always)
  private static func number(_ slot: UInt64) -> Int { Int(slot & 0xffff_ffff) &- 1 }

  /// The hash of a key as it is kept.
  @inline(__always)
  static func hash(_ key: StringPlace, in parts: ByteParts) -> UInt32 {
    let hash = parts.hash(key)
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
