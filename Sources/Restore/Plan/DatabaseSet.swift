/// A set of database numbers: a bit mask for the usual ones, an array for others.
package struct DatabaseSet: Hashable, Sendable {
  private var low: UInt64 = 0
  private var others: [UInt32] = []
  /// Whether the set has all databases but these.
  private var isComplement = false

  /// Creates a set.
  package init(_ databases: some Sequence<UInt32>) {
    for database in databases {
      if database < 64 {
        low |= 1 << UInt64(database)
      } else if !others.contains(database) {
        others.append(database)
      }
    }
    others.sort()
  }

  /// Makes a set of all databases but some.
  package init(allBut databases: some Sequence<UInt32>) {
    self.init(databases)
    isComplement = true
  }

  /// Whether a database is in the set.
  @inline(__always)
  package func contains(_ database: UInt32) -> Bool {
    let isNamed =
      database < 64 ? low >> UInt64(database) & 1 == 1 : others.contains(database)
    return isNamed != isComplement
  }
}
