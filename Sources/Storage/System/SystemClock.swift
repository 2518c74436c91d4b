// The clocks, which only the executable reads: once for `now`, and for progress.

/// The clocks of the machine.
package enum SystemClock {
  /// Milliseconds since 1970.
  package static func realtimeMilliseconds() -> Int64 { SystemCalls.realtimeMilliseconds() }

  /// Nanoseconds of a clock that never goes back, for measuring durations.
  package static func monotonicNanoseconds() -> UInt64 { SystemCalls.monotonicNanoseconds() }
}
