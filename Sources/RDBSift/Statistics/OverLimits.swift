package import Memory
import RDB

/// Keys whose tables a somewhat higher limit would pack.
package struct OverLimits: Sendable {
  /// What a limit would save.
  package struct Saving: Codable, Sendable {
    /// The limit.
    package let limit: EncodingLimits.Name
    /// Keys over it by no more than its double.
    package fileprivate(set) var keys: UInt64 = 0
    /// The greatest number among them: the limit that would pack them all.
    package fileprivate(set) var needed = 0
    /// About the bytes that packing them would save.
    package fileprivate(set) var bytes: UInt64 = 0

    var isPossible: Bool {
      keys <= MemoryCount.keyLimit && bytes <= MemoryCount.limit && needed >= 0
    }
  }

  /// The savings, in the order of the limits.
  package private(set) var savings = EncodingLimits.Name.allCases.map { Saving(limit: $0) }
  private let limits = EncodingLimits()

  /// Makes empty counts.
  package init() {}

  /// Adds the savings of a part.
  mutating func merge(_ other: [Saving]) {
    for index in savings.indices {
      savings[index].keys &+= other[index].keys
      savings[index].needed = max(savings[index].needed, other[index].needed)
      savings[index].bytes &+= other[index].bytes
    }
  }

  /// Counts a key that is a table.
  mutating func add(_ row: StatisticsRow) {
    guard let (entries, value) = names(row.valueShape) else { return }
    let isLong = row.elements > limits[entries]
    let isWide = row.longest > limits[value]
    guard isLong != isWide else { return }
    let (name, number) = isLong ? (entries, row.elements) : (value, row.longest)
    guard number <= 2 * limits[name] else { return }
    let packed = row.packedEstimate
    guard packed < row.memory else { return }
    for index in savings.indices where savings[index].limit == name {
      savings[index].keys &+= 1
      savings[index].needed = max(savings[index].needed, number)
      savings[index].bytes &+= UInt64(row.memory - packed)
    }
  }

  private func names(
    _ shape: ValueShape?
  ) -> (entries: EncodingLimits.Name, value: EncodingLimits.Name)? {
    switch shape {
    case .hash: (.hashFields, .hashBytes)
    case .set: (.setMembers, .setBytes)
    case .sortedSet: (.sortedSetMembers, .sortedSetBytes)
    default: nil
    }
  }
}

extension StatisticsRow {
  /// About the memory as a listpack: elements with two bytes each around them, scores with six, and the key.
  fileprivate var packedEstimate: Int {
    let perElement = valueShape == .hash ? 4 : valueShape == .sortedSet ? 8 : 2
    return elementBytes + perElement * elements + keyCount + 64
  }
}
