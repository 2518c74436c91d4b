// What sets of cluster slots have in common, in one pass over each of them.

import RDB

/// How the slots of several sets lie among each other.
struct SlotCensus {
  /// The slots of all sets together, each as often as sets have it.
  private(set) var total = 0
  /// The sum of the squares of the sets' sizes.
  private(set) var squares = 0.0
  /// Slots that two sets share, summed over every two sets.
  private(set) var sharedPairs = 0.0
  /// Changes from one set to another, in the order of slots and, within a slot, of sets.
  private(set) var changes = 0
  /// Slots that were looked at.
  private(set) var steps = 0

  /// Counts the slots of some sets.
  init(_ sets: [SlotSet]) {
    var owners = [Owners](repeating: Owners(), count: HashSlot.count)
    for (number, set) in sets.enumerated() {
      var count = 0
      for range in set.ranges {
        for slot in range { owners[Int(slot)].add(number) }
        count += range.count
      }
      total += count
      squares += Double(count) * Double(count)
      steps += HashSlot.count
    }
    var last: Int?
    for owner in owners where owner.count > 0 {
      let count = Double(owner.count)
      sharedPairs += count * (count - 1) / 2
      changes += owner.count - 1
      if let last, last != owner.first { changes += 1 }
      last = owner.last
    }
    steps += HashSlot.count
  }

  /// The sets that have a slot.
  private struct Owners {
    var count = 0
    var first = 0
    var last = 0

    mutating func add(_ set: Int) {
      if count == 0 { first = set }
      last = set
      count += 1
    }
  }
}
