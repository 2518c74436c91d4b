// The clocks. Only the door reads them, once for `now`, and again for progress.

/// The time, as the machine knows it.
package enum SystemClock {
  /// Milliseconds since 1970.
  package static func realtimeMilliseconds() -> Int64 { SystemCalls.realtimeMilliseconds() }

  /// Nanoseconds since some moment, never going back: for measuring how long something took.
  package static func monotonicNanoseconds() -> UInt64 { SystemCalls.monotonicNanoseconds() }
}
