// What MEMORY USAGE leaves out: the tables of a database.

extension MemoryModel {
  /// Bytes of the tables that find the keys of a database, and their expiries.
  ///
  /// Entries that the command counts with their keys are not in it.
  package func tables(keys: UInt64, expires: UInt64) -> (main: Int, expires: Int) {
    (table(Int(clamping: keys)), expiryTable(Int(clamping: expires)))
  }

  private func table(_ count: Int) -> Int {
    guard count > 0 else { return 0 }
    if layout.hashtable != nil { return ElementCosts.hashtable(count).bytes }
    return 8 * ElementCosts.buckets(count) + layout.real.uncountedEntry * count
  }

  private func expiryTable(_ count: Int) -> Int {
    guard count > 0 else { return 0 }
    if layout.hashtable != nil { return ElementCosts.hashtable(count).bytes }
    let entry = layout.hasExpiryEntry ? costs.usable(24) : 0
    return 8 * ElementCosts.buckets(count) + entry * count
  }
}
