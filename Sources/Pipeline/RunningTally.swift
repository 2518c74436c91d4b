// Neighbours in a file are mostly alike: the same database, type, pattern and fate. They are added up
// in two numbers, and tallied when the next key is of another kind.

import RDB
import Restore

/// A tally that counts runs of like keys.
struct RunningTally {
  private var tally: PlanTally
  private var count = KeyCount()
  private var withExpiry: UInt64 = 0

  private var type = RDBType.string
  private var dialect = RDBDialect.redis
  private var database: UInt32 = 0
  private var pattern: Int?
  private var reason: SkipReason?

  init(patternCount: Int) { tally = PlanTally(patternCount: patternCount) }

  /// Counts a key.
  @inline(__always)
  mutating func add(
    _ record: RDBRecord, _ disposition: Disposition, pattern: Int?, in dialect: RDBDialect
  ) {
    var reason: SkipReason?
    var expires = false
    switch disposition {
    case .restore(let expiry): expires = expiry != nil
    case .skip(let why): reason = why
    }
    if record.type != type || record.database != database || reason != self.reason
      || pattern != self.pattern || dialect != self.dialect
    {
      endRun()
      type = record.type
      database = record.database
      self.reason = reason
      self.pattern = pattern
      self.dialect = dialect
    }
    count.keys &+= 1
    count.valueBytes &+= UInt64(truncatingIfNeeded: record.valueCount)
    if expires { withExpiry &+= 1 }
  }

  @inline(never)
  private mutating func endRun() {
    guard count.keys > 0 else { return }
    if let reason {
      tally.addSkipped(count, reason)
    } else {
      tally.addRestored(
        count, withExpiry: withExpiry, pattern: pattern, shape: type.shape(in: dialect),
        database: database)
    }
    count = KeyCount()
    withExpiry = 0
  }

  /// Everything that was counted.
  consuming func total() -> PlanTally {
    endRun()
    return tally
  }
}
