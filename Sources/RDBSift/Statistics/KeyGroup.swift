package import Memory

/// Counts of keys.
package struct KeyGroup: Codable, Sendable {
  /// Number of keys in the group.
  package private(set) var keys: UInt64 = 0
  /// Bytes of memory.
  package private(set) var memory: UInt64 = 0
  /// The same under the model to compare with.
  package private(set) var otherMemory: UInt64 = 0
  /// Bytes of the records in the file.
  package private(set) var stored: UInt64 = 0
  /// Elements of all values; a string is one.
  package private(set) var elements: UInt64 = 0
  /// Bytes of the longest element.
  package private(set) var longest = 0
  /// Keys without an expiry.
  package private(set) var persistent: UInt64 = 0
  /// Keys that have expired and are still in the file.
  package private(set) var expired: UInt64 = 0
  /// Keys and bytes by certainty.
  private var certainties = [MemoryCount](
    repeating: MemoryCount(), count: MemoryCertainty.allCases.count)
  /// The distribution of memory.
  package private(set) var sizes = QuantileSketch()

  /// Makes an empty group.
  package init() {}

  @inline(__always)
  mutating func add(_ row: StatisticsRow, isExpired: Bool) {
    keys &+= 1
    memory &+= UInt64(row.memory)
    otherMemory &+= UInt64(row.otherMemory)
    stored &+= UInt64(row.stored)
    elements &+= UInt64(row.elements)
    longest = max(longest, row.longest)
    persistent &+= row.hasExpiry ? 0 : 1
    expired &+= isExpired ? 1 : 0
    certainties[Int(row.certainty.rawValue)].add(row.memory)
    sizes.add(row.memory)
  }

  mutating func merge(_ other: KeyGroup) {
    keys &+= other.keys
    memory &+= other.memory
    otherMemory &+= other.otherMemory
    stored &+= other.stored
    elements &+= other.elements
    longest = max(longest, other.longest)
    persistent &+= other.persistent
    expired &+= other.expired
    for index in certainties.indices { certainties[index].merge(other.certainties[index]) }
    sizes.merge(other.sizes)
  }

  /// Whether a file can have such keys.
  var isPossible: Bool {
    [otherMemory, stored].allSatisfy { $0 <= MemoryCount.limit } && persistent <= keys
      && expired <= keys && longest >= 0 && sizes.isPossible
      && certainties.count == MemoryCertainty.allCases.count
      && certainties.allSatisfy { $0.keys <= keys && $0.memory <= memory }
  }

  /// Its keys and their memory.
  var count: MemoryCount { MemoryCount(keys: keys, memory: memory) }

  /// Keys of whose memory nothing is known.
  package var unknownKeys: UInt64 { certainties[Int(MemoryCertainty.unknown.rawValue)].keys }

  /// Keys and bytes that are so sure.
  package func count(_ certainty: MemoryCertainty) -> MemoryCount {
    certainties[Int(certainty.rawValue)]
  }

  /// The average memory of a key; 0 if there are none.
  package var average: UInt64 { keys == 0 ? 0 : memory / keys }
}

/// A number of keys and their memory.
package struct MemoryCount: Hashable, BitwiseCopyable, Codable, Sendable {
  /// Number of keys counted.
  package var keys: UInt64 = 0
  /// Bytes of memory.
  package var memory: UInt64 = 0

  /// Makes a count.
  package init(keys: UInt64 = 0, memory: UInt64 = 0) {
    self.keys = keys
    self.memory = memory
  }

  @inline(__always)
  mutating func add(_ memory: Int) {
    keys &+= 1
    self.memory &+= UInt64(memory)
  }

  mutating func merge(_ other: MemoryCount) {
    keys &+= other.keys
    memory &+= other.memory
  }
}
