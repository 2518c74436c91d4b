// A dictionary from strings to values that allocates nothing per entry: keys are places. Few entries
// are searched one by one; more of them through a table of numbers. Entries keep the order in which
// they came, so that what is written does not depend on hashes.

/// Values by strings, in the order in which they were put in.
struct PlaceMap<Value> {
  private struct Entry {
    var key: StringPlace
    let hash: UInt32
    var isLive: Bool
  }

  private var entries: [Entry] = []
  /// The value of each entry; those of removed entries stay until the next clean-up.
  private(set) var values: [Value] = []
  /// Numbers of entries plus one, by hash; 0 is free.
  ///
  /// Empty while there are few entries.
  private var slots: [UInt32] = []
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

  /// The number of a key's entry; numbers are good until the next insertion or removal.
  func find(_ key: StringPlace, in parts: ByteParts) -> Int? {
    let hash = PlaceMap.short(parts.hash(key))
    if slots.isEmpty {
      // Bytes are far away: hashes first.
      return entries.indices.first { isEntry($0, key, hash, in: parts) }
    }
    let mask = slots.count &- 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) &- 1
      if isEntry(index, key, hash, in: parts) { return index }
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
  mutating func replace(_ value: Value, at index: Int) { values[index] = value }

  /// Puts a value in, and tells whether the key is new.
  @discardableResult
  mutating func set(_ key: StringPlace, _ value: Value, in parts: ByteParts) -> Bool {
    if let index = find(key, in: parts) {
      values[index] = value
      return false
    }
    append(key, value, in: parts)
    return true
  }

  /// Puts in a value whose key is known not to be there.
  mutating func append(_ key: StringPlace, _ value: Value, in parts: ByteParts) {
    if entries.count >= max(PlaceMap.few, slots.count / 2) { rebuild() }
    entries.append(Entry(key: key, hash: PlaceMap.short(parts.hash(key)), isLive: true))
    values.append(value)
    count &+= 1
    if !slots.isEmpty { enter(entries.count &- 1) }
  }

  /// Takes a key out; its value, if it was there.
  @discardableResult
  mutating func remove(_ key: StringPlace, in parts: ByteParts) -> Value? {
    guard let index = find(key, in: parts) else { return nil }
    let value = values[index]
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
    if count < entries.count { compact() }
    guard entries.count >= PlaceMap.few else { return slots.removeAll() }
    var size = max(32, slots.count)
    while size < entries.count &* 4 { size &*= 2 }
    slots = [UInt32](repeating: 0, count: size)
    for index in entries.indices { enter(index) }
  }

  private mutating func compact() {
    var next = 0
    for index in entries.indices where entries[index].isLive {
      entries[next] = entries[index]
      values[next] = values[index]
      next &+= 1
    }
    entries.removeLast(entries.count &- next)
    values.removeLast(values.count &- next)
  }

  private mutating func enter(_ index: Int) {
    let mask = slots.count &- 1
    var slot = Int(entries[index].hash) & mask
    while slots[slot] != 0 { slot = (slot &+ 1) & mask }
    slots[slot] = UInt32(truncatingIfNeeded: index &+ 1)
  }

  private static func short(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
