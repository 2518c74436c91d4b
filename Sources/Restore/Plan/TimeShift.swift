package import RDB

/// Rebases expiries: a key's remaining TTL at one time is kept from another.
package struct TimeShift: Hashable, BitwiseCopyable, Sendable {
  /// The time at which remaining TTLs are measured.
  package let from: UnixMilliseconds
  /// The time from which they run again.
  package let target: UnixMilliseconds

  /// Creates a shift by the difference of two times.
  package init(from: UnixMilliseconds, to target: UnixMilliseconds) {
    self.from = from
    self.target = target
  }

  /// The inverse shift.
  package var inverse: TimeShift { TimeShift(from: target, to: from) }

  /// A shifted expiry: `expiry + (target - from)`, saturated to 64 bits.
  @inline(__always)
  package func callAsFunction(_ expiry: UnixMilliseconds) -> UnixMilliseconds {
    let (shift, wide) = target.rawValue.subtractingReportingOverflow(from.rawValue)
    let (moved, far) = expiry.rawValue.addingReportingOverflow(shift)
    guard !wide, !far else { return saturated(expiry) }
    return UnixMilliseconds(moved)
  }

  /// The same sum in wider numbers, saturated.
  @inline(never)
  private func saturated(_ expiry: UnixMilliseconds) -> UnixMilliseconds {
    let moved =
      Int128(expiry.rawValue) + Int128(target.rawValue) - Int128(from.rawValue)
    return UnixMilliseconds(Int64(clamping: moved))
  }
}
