package import RDB

/// A key of a list.
package struct RankedKey: Codable, Sendable {
  /// The key.
  package let key: [UInt8]
  /// Its database.
  package let database: UInt32
  /// What it is ranked by.
  package let number: Int
  /// Its memory.
  package let memory: Int
  /// Its elements.
  package let elements: Int
  /// Its type; nil if the type is unknown.
  package let shape: ValueShape?
  /// Its encoding.
  package let encoding: ValueEncoding
  /// Its expiry.
  package let expiry: UnixMilliseconds?

  /// Whether a file can have such a key.
  var isPossible: Bool {
    let numbers = 0...Int(MemoryCount.limit)
    return numbers.contains(number) && numbers.contains(memory) && numbers.contains(elements)
  }
}

/// The keys with the greatest numbers; of equal ones those that come first.
package struct TopKeys: Sendable {
  private let limit: Int
  /// The keys, the greatest first.
  package private(set) var keys: [RankedKey] = []
  /// What a number must exceed.
  private var least = 0

  init(_ limit: Int) {
    self.limit = limit
    if limit == 0 { least = .max }
  }

  @inline(__always)
  mutating func add(_ number: Int, _ row: StatisticsRow, _ key: RawSpan) {
    if number > least { insert(number, row, key) }
  }

  @inline(never)
  private mutating func insert(_ number: Int, _ row: StatisticsRow, _ key: RawSpan) {
    let ranked = RankedKey(
      key: [UInt8](copying: key), database: row.database, number: number, memory: row.memory,
      elements: row.elements, shape: row.valueShape, encoding: row.valueEncoding,
      expiry: row.hasExpiry ? UnixMilliseconds(row.expiry) : nil)
    insert(ranked)
  }

  /// Adds the keys of a part that follows.
  mutating func merge(_ other: [RankedKey]) {
    for key in other where key.number > least { insert(key) }
  }

  private mutating func insert(_ ranked: RankedKey) {
    let place = keys.firstIndex { $0.number < ranked.number } ?? keys.count
    keys.insert(ranked, at: place)
    if keys.count > limit { keys.removeLast() }
    if keys.count == limit { least = keys[limit - 1].number }
  }
}
