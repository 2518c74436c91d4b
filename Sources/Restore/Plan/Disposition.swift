package import RDB

/// The decision about a key.
package enum Disposition: Hashable, BitwiseCopyable, Sendable {
  /// The key is restored, with this expiry if there is one.
  case restore(expiry: UnixMilliseconds?)
  /// The key is skipped.
  case skip(SkipReason)
}

/// Why a key is skipped.
package enum SkipReason: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  /// Its database is not selected.
  case database
  /// Its type is not selected.
  case type
  /// Its size, expiry, slot or similar is not selected.
  case measure
  /// No pattern selects it.
  case key
  /// An exclusion matches it.
  case excluded
  /// It is not in the sample.
  case sample
  /// The limit was reached before it.
  case limit
  /// It had expired before the restore's point in time.
  case expiredAtReference
  /// The expiry to write has passed when the restore is submitted.
  case expiredAtSubmission

  /// Whether the key was simply not asked for.
  package var isNotSelected: Bool {
    switch self {
    case .database, .type, .measure, .key, .excluded, .sample, .limit: true
    case .expiredAtReference, .expiredAtSubmission: false
    }
  }

  /// The reason's name in reports.
  package var name: String {
    switch self {
    case .database: "database"
    case .type: "type"
    case .measure: "measure"
    case .key: "key"
    case .excluded: "excluded"
    case .sample: "sample"
    case .limit: "beyond_limit"
    case .expiredAtReference: "expired_at_restore_time"
    case .expiredAtSubmission: "expired_by_now"
    }
  }
}
