// A flat set of hashes. It grows with what is inserted, never by a claimed count, so emptying it costs
// no more than filling it did. It has a size limit: hashes beyond it are
// not compared.

/// A reused set of 64-bit hashes.
package struct HashSet64: Sendable {
  /// Hashes that it holds at most: the row then takes 128 MiB.
  package static let limit = 1 << 23
  private static let least = 64

  /// The hashes, and 0 where there is none; the first `mask + 1` are in use, at least half of them 0.
  private var slots = [UInt64](repeating: 0, count: HashSet64.least)
  /// What the slots are put into when they are too few; all 0.
  private var spare: [UInt64] = []
  private var mask = HashSet64.least - 1
  /// Hashes that it holds.
  package private(set) var count = 0
  /// Whether some hash found no room.
  package private(set) var isFull = false

  /// Makes an empty set.
  package init() {}

  /// Makes an empty set with room for so many hashes.
  package init(capacity: Int) {
    let size = max(HashSet64.least, capacity.nextPowerOfTwo &* 2)
    slots = [UInt64](repeating: 0, count: size)
    mask = size &- 1
  }

  /// Empties the set and keeps its room.
  package mutating func removeAll() {
    isFull = false
    if count > 0 { for index in 0...mask { slots[index] = 0 } }
    count = 0
    mask = HashSet64.least - 1
  }

  /// Puts a hash in; false if it was there.
  @inline(__always)
  package mutating func insert(_ hash: UInt64) -> Bool {
    if count &* 2 > mask, count < HashSet64.limit { grow() }
    let stored = hash == 0 ? 1 : hash
    var index = Int(truncatingIfNeeded: stored) & mask
    while slots[index] != 0 {
      if slots[index] == stored { return false }
      index = (index &+ 1) & mask
    }
    guard count < HashSet64.limit else {
      isFull = true
      return true
    }
    slots[index] = stored
    count &+= 1
    return true
  }

  @inline(never)
  private mutating func grow() {
    let size = (mask &+ 1) &* 2  // the limit keeps it far from wrapping
    if spare.count < size { spare = [UInt64](repeating: 0, count: size) }
    for index in 0...mask where slots[index] != 0 {
      var place = Int(truncatingIfNeeded: slots[index]) & (size &- 1)
      while spare[place] != 0 { place = (place &+ 1) & (size &- 1) }
      spare[place] = slots[index]
      slots[index] = 0
    }
    swap(&slots, &spare)
    mask = size &- 1
    // The largest row is the last.
    if size >= HashSet64.limit &* 2 { spare = [] }
  }
}

extension Int {
  /// The least power of two that is not below this number, which is not negative.
  fileprivate var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
