import RDB

/// Keys and memory by cluster slot.
package struct SlotTable: Sendable {
  var counts = [MemoryCount](repeating: MemoryCount(), count: HashSlot.count)
  /// Keys with a hash tag.
  package internal(set) var tagged: UInt64 = 0

  @inline(__always)
  mutating func add(_ key: RawSpan, _ memory: Int) {
    let tag = HashSlot.tag(of: key)
    counts[Int(HashSlot(of: key, tag: tag).rawValue)].add(memory)
    if tag.count < key.byteCount { tagged &+= 1 }
  }

  /// Slots with keys.
  package var used: Int { counts.count { $0.keys > 0 } }

  /// The slots with most memory, the largest first.
  package func largest(_ count: Int) -> [(slot: Int, count: MemoryCount)] {
    let sorted = counts.indices.sorted { a, b in
      counts[a].memory != counts[b].memory ? counts[a].memory > counts[b].memory : a < b
    }
    return sorted.prefix(count).filter { counts[$0].keys > 0 }.map { ($0, counts[$0]) }
  }

  /// Keys and memory of equal ranges of slots, as a cluster with that number of shards has them.
  package func shards(_ count: Int) -> [MemoryCount] {
    var shards = [MemoryCount](repeating: MemoryCount(), count: count)
    for slot in counts.indices { shards[slot * count / HashSlot.count].merge(counts[slot]) }
    return shards
  }
}
