package import RDB

/// What all expiries are replaced by.
package enum ExpiryReplacement: Hashable, BitwiseCopyable, Sendable {
  /// Keys never expire.
  case never
  /// Every key expires at this time.
  case at(UnixMilliseconds)

  /// The expiry to write.
  package var expiry: UnixMilliseconds? {
    switch self {
    case .never: nil
    case .at(let instant): instant
    }
  }
}

/// The selection and the treatment of expiries, shared by threads.
package struct RestoreSelection: Sendable {
  /// The selected records.
  package var filter: RecordFilter
  /// The point in time to which data is restored: keys that expired before it are gone; nil if
  /// unknown.
  package var reference: UnixMilliseconds?
  /// The shift of expiries; nil for none.
  package var shift: TimeShift?
  /// What all expiries are replaced by; nil if they are kept or shifted.
  ///
  /// A key that has expired stays expired.
  package var replacement: ExpiryReplacement?
  /// The moment at which the restore is submitted.
  package var now: UnixMilliseconds
  /// Whether expired keys are restored.
  package var keepsExpired: Bool

  /// The maximum number of keys to restore, in file order; nil for all.
  ///
  /// The caller counts; the plan does not.
  package var limit: UInt64?

  /// Creates a selection.
  package init(
    filter: RecordFilter = RecordFilter(), reference: UnixMilliseconds? = nil,
    shift: TimeShift? = nil, now: UnixMilliseconds, keepsExpired: Bool = false
  ) {
    self.filter = filter
    self.reference = reference
    self.shift = shift
    self.now = now
    self.keepsExpired = keepsExpired
  }

  /// Expiries later than this are restored unchanged, in milliseconds; none if expiries are
  /// shifted.
  package var keepsAfter: Int64 {
    guard shift == nil, replacement == nil else { return .max }
    if keepsExpired { return .min }
    return max(now.rawValue, reference?.rawValue ?? .min)
  }

  /// The expiry to write for a key with this expiry in the file.
  package func expiryToWrite(_ stored: UnixMilliseconds?) -> UnixMilliseconds? {
    if let replacement { return replacement.expiry }
    return stored.map { shift?($0) ?? $0 }
  }

  /// The decision about a selected key with an expiry.
  ///
  /// A key that expires exactly at the reference still exists. A key whose expiry to write is not
  /// after now
  /// would be deleted by the command that restores it.
  @inline(__always)
  package func disposition(ofExpiry expiry: UnixMilliseconds?) -> Disposition {
    guard let expiry else { return .restore(expiry: replacement?.expiry) }
    if let reference, expiry < reference, !keepsExpired { return .skip(.expiredAtReference) }
    let moved = if let shift { shift(expiry) } else { expiry }
    guard moved > now || keepsExpired else { return .skip(.expiredAtSubmission) }
    return .restore(expiry: replacement.map(\.expiry) ?? moved)
  }
}
