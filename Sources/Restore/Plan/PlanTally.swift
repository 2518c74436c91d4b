// The counts that a preview shows. Each thread has its own tally; tallies are merged. Per key only
// array elements are touched; a dictionary holds unusual database numbers.

package import RDB

/// Counts of restored and skipped keys.
package struct PlanTally: Hashable, Sendable {
  /// All restored keys.
  package private(set) var restored = KeyTotals()
  private var skips = [KeyCount](repeating: KeyCount(), count: SkipReason.allCases.count)
  private var shapes = [KeyTotals](repeating: KeyTotals(), count: ValueShape.allCases.count + 1)
  private var patterns: [KeyTotals]
  private var lowDatabases = [KeyTotals](
    repeating: KeyTotals(), count: PlanTally.lowDatabaseCount)
  private var highDatabases: [UInt32: KeyTotals] = [:]

  private static let lowDatabaseCount = 64

  /// Creates an empty tally.
  package init(patternCount: Int) {
    patterns = Array(repeating: KeyTotals(), count: patternCount)
  }

  /// Counts a key.
  ///
  /// - Parameters:
  ///   - record: The key's record.
  ///   - disposition: The decision.
  ///   - pattern: The number of the pattern that selected it, if any.
  ///   - dialect: The dialect of its type.
  package mutating func add(
    _ record: RDBRecord, _ disposition: Disposition, pattern: Int?, in dialect: RDBDialect
  ) {
    var totals = KeyTotals()
    switch disposition {
    case .skip(let reason):
      totals.add(record, expires: false)
      addSkipped(totals.count, reason)
    case .restore(let expiry):
      totals.add(record, expires: expiry != nil)
      addRestored(
        totals, pattern: pattern, shape: record.type.shape(in: dialect),
        database: record.database)
    }
  }

  /// Counts skipped keys.
  package mutating func addSkipped(_ count: KeyCount, _ reason: SkipReason) {
    skips[Int(reason.rawValue)] = skips[Int(reason.rawValue)] + count
  }

  /// Counts restored keys of one shape and database.
  ///
  /// - Parameters:
  ///   - totals: The keys.
  ///   - pattern: The number of the pattern that selected them, if any.
  ///   - shape: The shape of their values.
  ///   - database: Their database.
  package mutating func addRestored(
    _ totals: KeyTotals, pattern: Int?, shape: ValueShape?, database: UInt32
  ) {
    restored.add(totals)
    shapes[shape.map { Int($0.rawValue) } ?? shapes.count - 1].add(totals)
    if let pattern { patterns[pattern].add(totals) }
    if database < PlanTally.lowDatabaseCount {
      lowDatabases[Int(database)].add(totals)
    } else {
      highDatabases[database, default: KeyTotals()].add(totals)
    }
  }

  /// Adds another thread's tally of the same patterns.
  package mutating func merge(_ other: PlanTally) {
    precondition(patterns.count == other.patterns.count, "tallies of different plans")
    restored.add(other.restored)
    for index in skips.indices { skips[index] = skips[index] + other.skips[index] }
    merge(&shapes, other.shapes)
    merge(&patterns, other.patterns)
    merge(&lowDatabases, other.lowDatabases)
    for (database, totals) in other.highDatabases {
      highDatabases[database, default: KeyTotals()].add(totals)
    }
  }

  private func merge(_ totals: inout [KeyTotals], _ others: [KeyTotals]) {
    for index in totals.indices { totals[index].add(others[index]) }
  }
}

extension PlanTally {
  /// Keys skipped for a reason.
  package func skipped(_ reason: SkipReason) -> KeyCount { skips[Int(reason.rawValue)] }

  /// All skipped keys.
  package var skipped: KeyCount { skips.reduce(KeyCount(), +) }

  /// Restored keys with values of a shape; nil for types unknown in the dialect.
  package func restored(_ shape: ValueShape?) -> KeyTotals {
    shapes[shape.map { Int($0.rawValue) } ?? shapes.count - 1]
  }

  /// Restored keys by the first pattern that selects them, in the order of patterns.
  package var restoredByPattern: [KeyTotals] { patterns }

  /// Restored keys of a database.
  package func restored(in database: UInt32) -> KeyTotals {
    if database < PlanTally.lowDatabaseCount { return lowDatabases[Int(database)] }
    return highDatabases[database] ?? KeyTotals()
  }

  /// Restored keys of each database that has any, by ascending number.
  package var restoredByDatabase: [(database: UInt32, totals: KeyTotals)] {
    let low = lowDatabases.indices.filter { lowDatabases[$0].keys > 0 }
      .map { (database: UInt32($0), totals: lowDatabases[$0]) }
    let high = highDatabases.map { (database: $0.key, totals: $0.value) }
      .sorted { $0.database < $1.database }
    return low + high
  }
}
