import Synchronization

/// Bytes that closures of any thread append to.
public final class CollectedBytes: Sendable {
  private let state = Mutex<[UInt8]>([])

  /// Makes an empty collection.
  public init() {}

  /// What was appended.
  public var bytes: [UInt8] { state.withLock { $0 } }

  /// Bytes that were appended.
  public var count: Int { state.withLock { $0.count } }

  /// Appends borrowed bytes.
  public func append(_ span: RawSpan) {
    // SAFETY: the buffer is read only inside the call, and copied.
    unsafe span.withUnsafeBytes { buffer in
      // SAFETY: the lock is held only for the copy.
      let copy = unsafe Array(buffer)
      state.withLock { $0 += copy }
    }
  }
}
