import Synchronization

/// Ends jobs from another thread.
///
/// Put one into ``Backup/Options/cancellation``. A job looks at it about every megabyte of a file, and then throws a
/// ``SiftError`` with the code ``SiftError/Code/cancelled``. A cancellation is for good: make another one, and another
/// backup, for the next job.
public final class Cancellation: Sendable {
  private let state = Atomic(false)

  /// Makes a cancellation that has not happened.
  public init() {}

  /// Ends the jobs of every backup that has this cancellation.
  public func cancel() { state.store(true, ordering: .relaxed) }

  /// Whether ``cancel()`` was called.
  public var isCancelled: Bool { state.load(ordering: .relaxed) }
}
