// A set of cluster slots: one bit each, 2 KiB, whatever is in it.

/// A set of cluster slots.
package struct SlotSet: Hashable, Sendable {
  private var words = [UInt64](repeating: 0, count: HashSlot.count / 64)

  /// Makes an empty set.
  package init() {}

  /// Makes a set of the slots in some ranges.
  package init(_ ranges: [ClosedRange<UInt16>]) {
    for range in ranges {
      for number in range { HashSlot(rawValue: number).map { insert($0) } }
    }
  }

  /// Puts a slot in.
  @inline(__always)
  package mutating func insert(_ slot: HashSlot) {
    words[Int(slot.rawValue >> 6)] |= 1 << UInt64(slot.rawValue & 63)
  }

  /// Whether a slot is in the set.
  package func contains(_ slot: HashSlot) -> Bool {
    words[Int(slot.rawValue >> 6)] & 1 << UInt64(slot.rawValue & 63) != 0
  }

  /// How many slots there are.
  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether there is none.
  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Puts all slots of another set in.
  package mutating func formUnion(_ other: SlotSet) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  /// The slots that are in both sets.
  package func intersection(_ other: SlotSet) -> SlotSet {
    var both = self
    for index in words.indices { both.words[index] &= other.words[index] }
    return both
  }

  /// The slots that are not in the set.
  package var complement: SlotSet {
    var others = self
    for index in words.indices { others.words[index] = ~words[index] }
    return others
  }

  /// The slots in order, those side by side as one range.
  package var ranges: [ClosedRange<UInt16>] {
    var ranges: [ClosedRange<UInt16>] = []
    var first: UInt16?
    for number in 0..<UInt16(HashSlot.count) {
      let isHere = words[Int(number >> 6)] & 1 << UInt64(number & 63) != 0
      if isHere, first == nil { first = number }
      if !isHere, let start = first {
        ranges.append(start...(number - 1))
        first = nil
      }
    }
    if let start = first { ranges.append(start...UInt16(HashSlot.count - 1)) }
    return ranges
  }
}
