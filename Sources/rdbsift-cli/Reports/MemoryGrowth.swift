// The memory of two backups on the same server: how much databases, types and prefixes have grown.

import Memory
import RDB
import RDBSift

/// How memory grew from one backup to another.
struct MemoryGrowth {
  let old: Statistics
  let new: Statistics
  let model: MemoryModel
  /// Prefixes of which memory or keys changed, those that grew most first.
  let prefixes: [Fields]

  init(old: Statistics, new: Statistics, model: MemoryModel, prefixes count: Int) {
    self.old = old
    self.new = new
    self.model = model
    prefixes = MemoryGrowth.prefixes(old.prefixTotals, new.prefixTotals, count)
  }

  /// What the report says of all keys.
  var head: Fields {
    let growth = MemoryGrowth.difference(old.total.memory, new.total.memory)
    return [
      "model": .text(model.name), "allocator": .text(model.allocator.rawValue),
      "old_memory": .bytes(old.total.memory), "new_memory": .bytes(new.total.memory),
      "memory_growth": .number(growth),
    ]
  }

  /// The growth of a part.
  func growth(_ group: (Statistics) -> KeyGroup?) -> Int64 {
    MemoryGrowth.difference(group(old)?.memory ?? 0, group(new)?.memory ?? 0)
  }

  /// What a row says of a part.
  func fields(_ group: (Statistics) -> KeyGroup?) -> Fields {
    [
      "old_memory": .bytes(group(old)?.memory ?? 0).shown,
      "new_memory": .bytes(group(new)?.memory ?? 0).shown,
      "memory_growth": .growth(growth(group)),
    ]
  }

  private static func difference(_ old: UInt64, _ new: UInt64) -> Int64 {
    Int64(clamping: new) - Int64(clamping: old)
  }

  private static func prefixes(
    _ old: [[UInt8]: MemoryCount], _ new: [[UInt8]: MemoryCount], _ count: Int
  ) -> [Fields] {
    let changed = Set(old.keys).union(new.keys).filter { !$0.isEmpty && old[$0] != new[$0] }
    let rows = changed.map { prefix in
      let (before, after) = (old[prefix] ?? MemoryCount(), new[prefix] ?? MemoryCount())
      return (prefix, before, after, difference(before.memory, after.memory))
    }
    // The greatest changes are listed, in the order of growth.
    let greatest = rows.sorted { one, other in
      one.3.magnitude != other.3.magnitude
        ? one.3.magnitude > other.3.magnitude : one.0.lexicographicallyPrecedes(other.0)
    }.prefix(count)
    return greatest.sorted { one, other in
      one.3 != other.3 ? one.3 > other.3 : one.0.lexicographicallyPrecedes(other.0)
    }.map { prefix, before, after, growth in
      [
        "prefix": .key(prefix).shown, "old_keys": .count(before.keys).shown,
        "new_keys": .count(after.keys).shown, "old_memory": .bytes(before.memory).shown,
        "new_memory": .bytes(after.memory).shown, "memory_growth": .growth(growth),
      ]
    }
  }
}

extension Value {
  /// A difference of bytes, with its sign.
  static func growth(_ bytes: Int64) -> Value {
    let size = Formatting.size(Int(clamping: bytes.magnitude))
    let text = bytes > 0 ? "+\(size)" : bytes < 0 ? "-\(size)" : ""
    return .number(bytes).shown(as: .text(text))
  }
}
