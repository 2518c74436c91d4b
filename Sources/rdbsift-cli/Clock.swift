// The time, read here and nowhere else. What the jobs need of it is handed to them.

import Storage

/// The machine's clocks.
enum Clock {
  /// Milliseconds since 1970: `now`, read once by a command.
  static func nowMilliseconds() -> Int64 { SystemClock.realtimeMilliseconds() }

  /// Nanoseconds that never go back: for progress.
  static func ticks() -> UInt64 { SystemClock.monotonicNanoseconds() }
}
