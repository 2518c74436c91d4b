// Threads of the process. Dispatch waits for ever where the system gives it no thread (RLIMIT_NPROC, the
// pids limit of a cgroup, RLIMIT_AS), so threads are made here, where that is an answer.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A running thread.
package struct SystemThread: @unchecked Sendable {
  // Unchecked: on Darwin an identifier is a pointer; it is only passed to the system.
  private let identifier: pthread_t

  /// The work of a thread, handed over to it.
  private final class Work {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread; nil if the system gives none.
  package static func start(_ body: @escaping @Sendable () -> Void) -> SystemThread? {
    let work = unsafe Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var identifier: pthread_t?
    #else
      var identifier = pthread_t()
    #endif
    // SAFETY: the thread takes over the reference; if there is none, it is released below.
    let code = unsafe pthread_create(&identifier, nil, threadMain, work.toOpaque())
    guard code == 0 else {
      unsafe work.release()
      return nil
    }
    #if canImport(Darwin)
      guard let identifier else { return nil }
    #endif
    return SystemThread(identifier: identifier)
  }

  #if canImport(Darwin)
    private static let threadMain:
      @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { argument in
        // SAFETY: `start` passes a retained reference.
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }
  #else
    private static let threadMain:
      @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        // SAFETY: as above.
        if let argument = unsafe argument {
          unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
      }
  #endif

  /// Waits for the end of the thread; called once.
  package func join() {
    _ = pthread_join(identifier, nil)
  }

  /// Lets the thread end without being joined; called once.
  package func detach() { _ = pthread_detach(identifier) }
}
