package import RDB

/// A plan as its threads share it: what is asked for, and what becomes of expiries.
package struct Selection: Sendable {
  /// Which records are asked for.
  package var filter: RecordFilter
  /// The moment to which the data is restored: a key that had expired before it is gone.
  ///
  /// Nil if no such moment is known.
  package var reference: UnixMilliseconds?
  /// How expiries move; nil if they stay.
  package var shift: TimeShift?
  /// The moment at which the restore is submitted.
  package var now: UnixMilliseconds
  /// Whether keys that have expired are restored nevertheless.
  package var keepsExpired: Bool

  /// Keys that are restored at most: the first in the file's order; nil for all.
  ///
  /// Whoever goes through the file counts; the plan does not.
  package var limit: UInt64?

  /// Makes a selection.
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

  /// Every expiry later than this is restored as it is, in milliseconds; none is where expiries move.
  package var keepsAfter: Int64 {
    guard shift == nil else { return .max }
    if keepsExpired { return .min }
    return max(now.rawValue, reference?.rawValue ?? .min)
  }

  /// What becomes of a selected key with an expiry.
  ///
  /// A key that expires at the reference itself is still there. A key whose expiry, as it would be
  /// written, is now or earlier would be deleted by the command that restores it.
  @inline(__always)
  package func disposition(ofExpiry expiry: UnixMilliseconds?) -> Disposition {
    guard let expiry else { return .restore(expiry: nil) }
    if let reference, expiry < reference, !keepsExpired { return .skip(.expiredAtReference) }
    let moved = if let shift { shift(expiry) } else { expiry }
    guard moved > now || keepsExpired else { return .skip(.expiredAtSubmission) }
    return .restore(expiry: moved)
  }
}
