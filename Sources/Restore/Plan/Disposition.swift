package import RDB

/// What is to become of a key.
package enum Disposition: Hashable, BitwiseCopyable, Sendable {
  /// It is restored, and expires at the instant if there is one.
  case restore(expiry: UnixMilliseconds?)
  /// It is not restored.
  case skip(SkipReason)
}

/// Why a key is not restored.
package enum SkipReason: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  /// It is in a database that was not asked for.
  case database
  /// Its value is of a type that was not asked for.
  case type
  /// It has another size, expiry, slot or such than what was asked for.
  case measure
  /// No pattern selects it.
  case key
  /// A pattern excludes it.
  case excluded
  /// It is not in the sample.
  case sample
  /// As many keys as were asked for come before it.
  case limit
  /// It had expired before the moment to which the data is restored.
  case expiredAtReference
  /// The expiry that would be written is already past when the restore is submitted.
  case expiredAtSubmission

  /// Whether the key was simply not asked for.
  @inlinable
  package var isNotSelected: Bool {
    switch self {
    case .database, .type, .measure, .key, .excluded, .sample, .limit: true
    case .expiredAtReference, .expiredAtSubmission: false
    }
  }

  /// The reason as reports name it.
  package var name: String {
    switch self {
    case .database: "database"
    case .type: "type"
    case .measure: "measure"
    case .key: "key"
    case .excluded: "excluded"
    case .sample: "sample"
    case .limit: "limit"
    case .expiredAtReference: "expired-at-reference"
    case .expiredAtSubmission: "expired-at-submission"
    }
  }
}
