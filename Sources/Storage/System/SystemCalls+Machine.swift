// Terminals, processors, clocks and the environment.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SystemCalls {
  /// Whether a descriptor is a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// The width of a terminal in columns; nil if there is none or it is unknown.
  static func windowWidth(_ descriptor: Int32) -> Int? {
    var size = winsize()
    // SAFETY: TIOCGWINSZ fills a winsize.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// The number of online processors.
  ///
  /// A narrower affinity is not seen: `sched_getaffinity` is a GNU extension that Swift's Glibc
  /// module does
  /// not expose. More threads cost little and gain nothing.
  static func usableProcessors() -> Int {
    max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Nanoseconds of the monotonic clock.
  static func monotonicNanoseconds() -> UInt64 {
    let time = now(CLOCK_MONOTONIC)
    // Neither is negative, and uptime is below 584 years.
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Milliseconds since 1970.
  static func realtimeMilliseconds() -> Int64 {
    let time = now(CLOCK_REALTIME)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private static func now(_ clock: clockid_t) -> timespec {
    var time = timespec()
    // SAFETY: the call fills a timespec; both clocks exist, so it cannot fail.
    _ = unsafe clock_gettime(clock, &time)
    return time
  }

  /// The value of an environment variable.
  static func environment(_ name: String) -> String? {
    // SAFETY: a C string or NULL; nothing here changes the environment, and it is copied at once.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
