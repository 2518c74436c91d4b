/// 64-bit hashes, in one row of memory.
struct HashSet: Sendable {
  /// Hashes by themselves; 0 is free, so the hash 0 is kept as 1.
  private var slots: [UInt64] = []
  /// Hashes that are in.
  private(set) var count = 0

  /// Puts a hash in; false if it was there.
  @discardableResult
  mutating func insert(_ hash: UInt64) -> Bool {
    if count &* 2 >= slots.count { grow() }
    return enter(max(hash, 1))
  }

  /// Whether a hash is in.
  @inline(__always)
  func contains(_ hash: UInt64) -> Bool {
    guard count > 0 else { return false }
    let wanted = max(hash, 1)
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: wanted) & mask
    while slots[slot] != 0 {
      if slots[slot] == wanted { return true }
      slot = (slot &+ 1) & mask
    }
    return false
  }

  private mutating func enter(_ hash: UInt64) -> Bool {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] == hash { return false }
      slot = (slot &+ 1) & mask
    }
    slots[slot] = hash
    count &+= 1
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: max(64, old.count &* 2))
    count = 0
    for hash in old where hash != 0 { _ = enter(hash) }
  }
}
