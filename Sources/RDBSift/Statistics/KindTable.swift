package import RDB

/// A kind of key in the statistics.
package struct StatisticsKind: Hashable, Codable, Sendable {
  /// The database.
  package var database: UInt32
  /// The type; nil if it is unknown.
  package var shape: ValueShape?
  /// The encoding.
  package var encoding: ValueEncoding

  /// The order of databases, types and encodings.
  var order: (UInt32, UInt8, UInt8) { (database, shape?.rawValue ?? .max, encoding.rawValue) }
}

/// Groups of keys by kind.
struct KindTable: Sendable {
  /// Kinds that are counted apart; a file may have any number of databases.
  private static let limit = 4096
  /// Combinations of types and encodings, which are below 16 each.
  private static let perDatabase = 256

  private(set) var kinds: [StatisticsKind] = []
  private(set) var groups: [KeyGroup] = []
  /// Keys of the kinds beyond the limit.
  private(set) var others = KeyGroup()
  /// Places of groups by type and encoding, for each database; −1 where there is none.
  private var places: [UInt32: [Int]] = [:]
  private var database: UInt32 = 0
  private var current = [Int](repeating: -1, count: KindTable.perDatabase)

  @inline(__always)
  mutating func add(_ row: StatisticsRow, isExpired: Bool) {
    if row.database != database { change(to: row.database) }
    var place = current[Int(row.shape & 15) << 4 | Int(row.encoding & 15)]
    if place < 0 { place = insert(row) }
    if place < 0 { return others.add(row, isExpired: isExpired) }
    groups[place].add(row, isExpired: isExpired)
  }

  @inline(never)
  private mutating func change(to next: UInt32) {
    places[database] = current
    database = next
    current = places[next] ?? [Int](repeating: -1, count: KindTable.perDatabase)
    if places.count > KindTable.limit { places.removeAll() }
  }

  @inline(never)
  private mutating func insert(_ row: StatisticsRow) -> Int {
    let kind = StatisticsKind(
      database: row.database, shape: row.valueShape, encoding: row.valueEncoding)
    let place = place(of: kind) ?? -1
    if place >= 0 { current[Int(row.shape & 15) << 4 | Int(row.encoding & 15)] = place }
    return place
  }

  /// The place of a kind, which is made if it is new and there is room.
  private mutating func place(of kind: StatisticsKind) -> Int? {
    if let place = kinds.firstIndex(of: kind) { return place }
    guard kinds.count < KindTable.limit else { return nil }
    kinds.append(kind)
    groups.append(KeyGroup())
    return kinds.count - 1
  }

  /// Adds the group of a kind.
  mutating func merge(_ group: KeyGroup, of kind: StatisticsKind) {
    guard let place = place(of: kind) else { return others.merge(group) }
    groups[place].merge(group)
  }

  /// Adds keys of kinds that are not counted apart.
  mutating func mergeOthers(_ group: KeyGroup) { others.merge(group) }
}
