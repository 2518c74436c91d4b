// Signals, and the few calls that a signal handler may make.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension SystemCalls {
  /// The signals whose handling the process changes.
  enum Signal {
    case interrupt, terminate, hangup, quit, alarm, virtualAlarm, profiling, user1, user2
    case processorTime, pipe, fileSize

    /// Signals that end the process, and after which something may be left behind.
    static let ending: [Signal] = [
      .interrupt, .terminate, .hangup, .quit, .alarm, .virtualAlarm, .profiling, .user1, .user2,
      .processorTime,
    ]

    fileprivate var number: Int32 {
      switch self {
      case .interrupt: SIGINT
      case .terminate: SIGTERM
      case .hangup: SIGHUP
      case .quit: SIGQUIT
      case .alarm: SIGALRM
      case .virtualAlarm: SIGVTALRM
      case .profiling: SIGPROF
      case .user1: SIGUSR1
      case .user2: SIGUSR2
      case .processorTime: SIGXCPU
      case .pipe: SIGPIPE
      case .fileSize: SIGXFSZ
      }
    }
  }

  /// Ignores a signal; the call that caused it fails instead.
  static func ignore(_ ignored: Signal) {
    _ = signal(ignored.number, SIG_IGN)
  }

  /// Checks every fault of a mapping without a file behind it against the registry; unknown
  /// addresses kill the process as before.
  static func handleFaults() {
    // SAFETY: the handler only does what a handler may: atomics, write, unlink, _exit, raise.
    unsafe install(SIGBUS) { number, info, _ in
      unsafe signalRegistry.faultHappened(at: SystemCalls.faultAddress(info))
      SystemCalls.die(of: number)
    }
  }

  /// Removes temporary files before a signal ends the process, unless the signal is ignored.
  static func handleEnding(by ending: Signal) {
    var old = sigaction()
    // SAFETY: with NULL for the new action, the call only fills the old one.
    guard unsafe sigaction(ending.number, nil, &old) == 0, !isIgnored(old) else { return }
    // SAFETY: as in `handleFaults`.
    unsafe install(ending.number) { number, _, _ in
      signalRegistry.removeTemporaryFiles()
      SystemCalls.die(of: number)
    }
  }

  /// Ends the process at once, without cleaning up.
  static func exitNow(_ status: Int32) -> Never {
    _exit(status)
  }

  /// Waits while another thread ends the process.
  static func waitForTheEnd() -> Never {
    while true { _ = pause() }
  }

  /// Lets a signal take its default action.
  private static func die(of number: Int32) {
    // The signal is blocked while its handler runs, and delivered afterwards.
    _ = signal(number, SIG_DFL)
    _ = raise(number)
  }

  private typealias Handler =
    @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void

  private static func install(_ number: Int32, _ handler: Handler) {
    var action = sigaction()
    action.sa_flags = SA_SIGINFO
    // SAFETY: SA_SIGINFO says which member of the union holds; the set is filled in place.
    _ = unsafe sigemptyset(&action.sa_mask)
    #if canImport(Glibc)
      unsafe action.__sigaction_handler.sa_sigaction = unsafe handler
    #elseif canImport(Musl)
      unsafe action.__sa_handler.sa_sigaction = unsafe handler
    #else
      unsafe action.__sigaction_u.__sa_sigaction = unsafe handler
    #endif
    _ = unsafe sigaction(number, &action, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SAFETY: every member of the union is one address, whatever is behind it.
    #if canImport(Glibc)
      let handler = unsafe action.__sigaction_handler.sa_handler
    #elseif canImport(Musl)
      let handler = unsafe action.__sa_handler.sa_handler
    #else
      let handler = unsafe action.__sigaction_u.__sa_handler
    #endif
    return unsafe unsafeBitCast(handler, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
  }

  private static func faultAddress(_ info: UnsafeMutablePointer<siginfo_t>?) -> UInt {
    // SAFETY: the kernel fills the siginfo of a SIGBUS with the address.
    guard let info = unsafe info else { return 0 }
    #if canImport(Glibc)
      return UInt(bitPattern: unsafe info.pointee._sifields._sigfault.si_addr)
    #elseif canImport(Musl)
      return UInt(bitPattern: unsafe info.pointee.__si_fields.__sigfault.si_addr)
    #else
      return UInt(bitPattern: unsafe info.pointee.si_addr)
    #endif
  }
}
