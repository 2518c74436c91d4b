// How many of each: what a preview shows. Threads tally apart and merge, so nothing here is shared.
// Per key only places of arrays are touched; a dictionary serves databases of absurd numbers.

public import RDB

/// Keys, and the bytes of their values as the file holds them.
public struct KeyCount: Hashable, BitwiseCopyable, Sendable {
  /// Keys.
  public var keys: UInt64 = 0
  /// Bytes of their values.
  public var valueBytes: UInt64 = 0

  /// Makes a count of nothing.
  public init() {}

  /// Makes a count.
  public init(keys: UInt64, valueBytes: UInt64) {
    self.keys = keys
    self.valueBytes = valueBytes
  }

  /// Counts a key.
  ///
  /// Neither sum can wrap: a file would have to hold 2^64 bytes.
  @inline(__always)
  mutating func add(valueBytes count: Int) {
    keys &+= 1
    valueBytes &+= UInt64(truncatingIfNeeded: count)
  }

  /// The sum of two counts.
  public static func + (a: KeyCount, b: KeyCount) -> KeyCount {
    KeyCount(keys: a.keys &+ b.keys, valueBytes: a.valueBytes &+ b.valueBytes)
  }
}

/// How many keys a plan restores, and how many it skips and why.
public struct PlanTally: Hashable, Sendable {
  /// All keys that are restored.
  public private(set) var restored = KeyCount()
  /// Those of them whose expiry was given, moved or not.
  public private(set) var restoredWithExpiry: UInt64 = 0
  private var skips = [KeyCount](repeating: KeyCount(), count: SkipReason.allCases.count)
  private var shapes = [KeyCount](repeating: KeyCount(), count: ValueShape.allCases.count + 1)
  private var patterns: [KeyCount]
  private var lowDatabases = [KeyCount](repeating: KeyCount(), count: PlanTally.lowDatabaseCount)
  private var highDatabases: [UInt32: KeyCount] = [:]

  private static let lowDatabaseCount = 64

  /// Makes an empty tally for so many patterns.
  public init(patternCount: Int) {
    patterns = Array(repeating: KeyCount(), count: patternCount)
  }

  /// Counts a key.
  ///
  /// - Parameters:
  ///   - record: The key's record.
  ///   - disposition: What becomes of it.
  ///   - pattern: The number of the pattern that selected it, if one did.
  ///   - dialect: Whose meaning its type byte has.
  public mutating func add(
    _ record: RDBRecord, _ disposition: Disposition, pattern: Int?, in dialect: RDBDialect
  ) {
    var count = KeyCount()
    count.add(valueBytes: record.valueCount)
    switch disposition {
    case .skip(let reason): addSkipped(count, reason)
    case .restore(let expiry):
      addRestored(
        count, withExpiry: expiry == nil ? 0 : 1, pattern: pattern,
        shape: record.type.shape(in: dialect), database: record.database)
    }
  }

  /// Counts keys that are skipped for a reason.
  public mutating func addSkipped(_ count: KeyCount, _ reason: SkipReason) {
    skips[Int(reason.rawValue)] = skips[Int(reason.rawValue)] + count
  }

  /// Counts keys that are restored, all of one shape and in one database.
  ///
  /// - Parameters:
  ///   - count: The keys.
  ///   - withExpiry: Those of them that have an expiry.
  ///   - pattern: The number of the pattern that selected them, if one did.
  ///   - shape: What their values are.
  ///   - database: Their database.
  public mutating func addRestored(
    _ count: KeyCount, withExpiry: UInt64, pattern: Int?, shape: ValueShape?, database: UInt32
  ) {
    restored = restored + count
    restoredWithExpiry &+= withExpiry
    let place = shape.map { Int($0.rawValue) } ?? shapes.count - 1
    shapes[place] = shapes[place] + count
    if let pattern { patterns[pattern] = patterns[pattern] + count }
    if database < PlanTally.lowDatabaseCount {
      lowDatabases[Int(database)] = lowDatabases[Int(database)] + count
    } else {
      highDatabases[database, default: KeyCount()] =
        highDatabases[database, default: KeyCount()] + count
    }
  }

  /// Adds another thread's tally, of the same patterns.
  public mutating func merge(_ other: PlanTally) {
    precondition(patterns.count == other.patterns.count, "tallies of different plans")
    restored = restored + other.restored
    restoredWithExpiry &+= other.restoredWithExpiry
    merge(&skips, other.skips)
    merge(&shapes, other.shapes)
    merge(&patterns, other.patterns)
    merge(&lowDatabases, other.lowDatabases)
    highDatabases.merge(other.highDatabases) { $0 + $1 }
  }

  private func merge(_ counts: inout [KeyCount], _ others: [KeyCount]) {
    for index in counts.indices { counts[index] = counts[index] + others[index] }
  }
}

extension PlanTally {
  /// Keys skipped for a reason.
  public func skipped(_ reason: SkipReason) -> KeyCount { skips[Int(reason.rawValue)] }

  /// All keys skipped.
  public var skipped: KeyCount { skips.reduce(KeyCount(), +) }

  /// Keys restored whose value has a shape; nil for types that the dialect does not have.
  public func restored(_ shape: ValueShape?) -> KeyCount {
    shapes[shape.map { Int($0.rawValue) } ?? shapes.count - 1]
  }

  /// Keys restored that a pattern was the first to select, for each pattern in order.
  public var restoredByPattern: [KeyCount] { patterns }

  /// Keys restored of a database.
  public func restored(in database: UInt32) -> KeyCount {
    if database < PlanTally.lowDatabaseCount { return lowDatabases[Int(database)] }
    return highDatabases[database] ?? KeyCount()
  }

  /// Keys restored of each database that has any, by ascending number.
  public var restoredByDatabase: [(database: UInt32, count: KeyCount)] {
    let low = lowDatabases.indices.filter { lowDatabases[$0].keys > 0 }
      .map { (database: UInt32($0), count: lowDatabases[$0]) }
    let high = highDatabases.map { (database: $0.key, count: $0.value) }
      .sorted { $0.database < $1.database }
    return low + high
  }
}
