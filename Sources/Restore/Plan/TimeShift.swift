package import RDB

/// Moves expiries from one now to another: what a key had left at one moment it has left again from
/// the other.
package struct TimeShift: Hashable, BitwiseCopyable, Sendable {
  /// The moment at which remaining lives are measured.
  package let from: UnixMilliseconds
  /// The moment from which they run again.
  package let target: UnixMilliseconds

  /// Makes a shift.
  ///
  /// Times are moved by the difference between the two.
  package init(from: UnixMilliseconds, to target: UnixMilliseconds) {
    self.from = from
    self.target = target
  }

  /// The shift that undoes this one.
  package var inverse: TimeShift { TimeShift(from: target, to: from) }

  /// An expiry, moved: `expiry + (target - from)`.
  ///
  /// A sum that no 64-bit number can hold stays at the last instant that one can.
  @inline(__always)
  package func callAsFunction(_ expiry: UnixMilliseconds) -> UnixMilliseconds {
    let (shift, wide) = target.rawValue.subtractingReportingOverflow(from.rawValue)
    let (moved, far) = expiry.rawValue.addingReportingOverflow(shift)
    guard !wide, !far else { return saturated(expiry) }
    return UnixMilliseconds(moved)
  }

  /// The same sum in numbers wide enough for it, cut to what an expiry can hold.
  @inline(never)
  private func saturated(_ expiry: UnixMilliseconds) -> UnixMilliseconds {
    let moved =
      Int128(expiry.rawValue) + Int128(target.rawValue) - Int128(from.rawValue)
    return UnixMilliseconds(Int64(clamping: moved))
  }
}
