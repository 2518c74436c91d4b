// A flat set of hashes. It grows with what is inserted, never by a claimed count, so emptying it costs
// no more than filling it did. It has a size limit: hashes beyond it are
// not compared.

/// A reused set of 64-bit hashes.
package struct HashSet64: Sendable {
  /// Hashes that it holds at most: the row then takes 128 MiB.
  package static let limit = 1 << 23
  private static let least = 64
  /// The mask of the largest row.
  private static let lastMask = HashSet64.limit &* 2 &- 1

  /// The hashes, and 0 where there is none; the first `mask + 1` are in use, about half of them 0 at
  /// least.
  private var slots: [UInt64] = []
  /// What the slots are put into when they are too few; all 0.
  private var spare: [UInt64] = []
  private var mask = -1
  /// Hashes that it holds.
  package private(set) var count = 0
  /// Whether some hash found no room.
  package private(set) var isFull = false

  /// Makes an empty set, which costs nothing.
  package init() {}

  /// Empties the set and keeps its room.
  package mutating func removeAll() {
    isFull = false
    if count > 0 { for index in 0...mask { slots[index] = 0 } }
    count = 0
    mask = min(mask, HashSet64.least - 1)
  }

  /// Empties the set and makes room for so many hashes.
  package mutating func removeAll(roomFor count: Int) {
    removeAll()
    let size = max(HashSet64.least, min(count, HashSet64.limit).nextPowerOfTwo &* 2)
    if slots.count < size { slots = [UInt64](repeating: 0, count: size) }
    mask = size &- 1
  }

  /// Puts a hash in; false if it was there.
  @inline(__always)
  package mutating func insert(_ hash: UInt64) -> Bool {
    if count &* 2 > mask, mask < HashSet64.lastMask { grow() }
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

  /// Puts hashes in, from one of them on, until one was there.
  ///
  /// - Returns: The index of the one that was there; nil if none was.
  package mutating func insert(_ hashes: Span<UInt64>, from first: Int = 0) -> Int? {
    var index = first
    let more = hashes.count &- first
    guard count &+ more <= HashSet64.limit else {
      while index < hashes.count, insert(hashes[index]) { index &+= 1 }
      return index < hashes.count ? index : nil
    }
    while (count &+ more) &* 2 > mask, mask < HashSet64.lastMask { grow() }
    let mask = mask
    // The array is asked once, and not per hash, whether it is shared.
    var slots = slots.mutableSpan
    while index < hashes.count {
      let stored = hashes[index] == 0 ? 1 : hashes[index]
      var place = Int(truncatingIfNeeded: stored) & mask
      while slots[place] != 0, slots[place] != stored { place = (place &+ 1) & mask }
      guard slots[place] == 0 else { break }
      slots[place] = stored
      index &+= 1
    }
    count &+= index &- first
    return index < hashes.count ? index : nil
  }

  @inline(never)
  private mutating func grow() {
    // Four times, so that little is moved again.
    let size = min(max((mask &+ 1) &* 4, HashSet64.least), HashSet64.lastMask &+ 1)
    if spare.count < size { spare = [UInt64](repeating: 0, count: size) }
    for index in 0..<(mask &+ 1) where slots[index] != 0 {
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
