// Neighbouring records mostly share database, type, pattern and disposition. Such a run is summed up
// locally and added to the tally when it ends.

import RDB
import Restore

/// A tally that adds runs of similar keys.
struct RunLengthTally {
  private var tally: PlanTally
  // The totals of the run. A call into another module per key would cost a sixth of the decision time of
  // an export of short strings.
  private var keys: UInt64 = 0
  private var valueBytes: UInt64 = 0
  private var elements: UInt64 = 0
  private var uncounted: UInt64 = 0
  private var expiring: UInt64 = 0

  /// Database, type, skip reason and dialect of the run in one number.
  private var kind: UInt64 = 0
  private var pattern = -1
  private var type = RDBType.string
  private var database: UInt32 = 0
  private var dialect = RDBDialect.redis
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
    let outcome = reason.map { UInt64($0.rawValue) &+ 1 } ?? 0
    let kind =
      UInt64(record.database) | UInt64(record.type.rawValue) << 32 | outcome << 40
      | UInt64(dialect.rawValue) << 48
    if kind != self.kind || (pattern ?? -1) != self.pattern || keys == 0 {
      endRun()
      self.kind = kind
      self.pattern = pattern ?? -1
      type = record.type
      database = record.database
      self.reason = reason
      self.dialect = dialect
    }
    let isCounted = record.elementCount != .max
    keys &+= 1
    valueBytes &+= UInt64(truncatingIfNeeded: record.valueCount)
    // Wraps if a file claims more than 2^64 elements.
    elements &+= isCounted ? record.elementCount : 0
    uncounted &+= isCounted ? 0 : 1
    expiring &+= expires ? 1 : 0
  }

  @inline(never)
  private mutating func endRun() {
    guard keys > 0 else { return }
    let run = KeyTotals(
      keys: keys, valueBytes: valueBytes, elements: elements, uncounted: uncounted,
      expiring: expiring)
    if let reason {
      tally.addSkipped(run.count, reason)
    } else {
      tally.addRestored(
        run, pattern: pattern < 0 ? nil : pattern, shape: type.shape(in: dialect),
        database: database)
    }
    (keys, valueBytes, elements, uncounted, expiring) = (0, 0, 0, 0, 0)
  }

  /// The totals of all keys.
  consuming func total() -> PlanTally {
    endRun()
    return tally
  }
}
