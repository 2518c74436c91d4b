import RDB

/// What the log did to the keys of its base.
package struct BaseChanges: Sendable {
  /// Whether no record of the base counts any more.
  package internal(set) var dropsEverything = false
  /// Databases of which no record counts any more.
  package internal(set) var dropped: Set<UInt32> = []
  /// Whether the function libraries of the overlay take the place of the base's.
  package internal(set) var replacesFunctions = false
  /// Keys that the log changed, by database.
  private var keys: [UInt32: Set<[UInt8]>] = [:]
  /// Their hashes, so that few names are copied to be looked up.
  private var hashes = HashSet()

  /// Keys of the base that the log changed one by one.
  package var count: Int { keys.values.reduce(0) { $0 + $1.count } }

  /// Whether a record of the base no longer counts.
  package func replaces(_ key: RawSpan, in database: UInt32) -> Bool {
    if dropsEverything || dropped.contains(database) { return true }
    guard hashes.contains(ByteHash.of(key)) else { return false }
    return keys[database]?.contains([UInt8](copying: key)) ?? false
  }

  /// Takes in what was done to keys of another share.
  mutating func join(_ other: BaseChanges) {
    dropsEverything = dropsEverything || other.dropsEverything
    dropped.formUnion(other.dropped)
    replacesFunctions = replacesFunctions || other.replacesFunctions
    for (database, names) in other.keys {
      for name in names { insert(name, database) }
    }
  }

  mutating func insert(_ key: [UInt8], _ database: UInt32) {
    hashes.insert(key.withRawSpan { ByteHash.of($0) })
    keys[database, default: []].insert(key)
  }
}
