import RDB
package import Restore

/// The keys of one of two compared backups.
package struct ComparedKeys: Mergeable, Sendable {
  /// The keys by database and type.
  package fileprivate(set) var tally: PlanTally
  /// Keys that have expired by now; they are compared like all others.
  package fileprivate(set) var expired: UInt64

  /// Adds the keys of another thread or file.
  package mutating func merge(_ other: ComparedKeys) {
    tally.merge(other.tally)
    expired &+= other.expired
  }
}

/// Counts the keys of a backup, on one thread.
struct ComparedKeyCounter {
  private var tally = RunLengthTally(patternCount: 0)
  private var expired: UInt64 = 0
  private let now: Int64

  init(now: UnixMilliseconds) { self.now = now.rawValue }

  /// Counts a key.
  @inline(__always)
  mutating func add(_ record: RDBRecord, until expiry: UnixMilliseconds?, in dialect: RDBDialect) {
    tally.add(record, .restore(expiry: expiry), pattern: nil, in: dialect)
    if let expiry, expiry.rawValue <= now { expired &+= 1 }
  }

  consuming func finish() -> ComparedKeys {
    ComparedKeys(tally: tally.total(), expired: expired)
  }
}
