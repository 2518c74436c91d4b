// Hashes a mapped file on a thread of its own while the file is swept. Both read the same pages, so each
// byte is read from disk once. Without a thread, the file is hashed when its digest is needed.

import Dispatch
import Storage
import Synchronization

/// A mapping with shared ownership.
final class SharedMapping: Sendable {
  let mapping: MappedFile

  init(_ mapping: consuming MappedFile) { self.mapping = mapping }

  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try mapping.withBytes(body)
  }
}

/// Computes the SHA-256 of a mapped file in the background.
final class MappedHasher: Sendable {
  /// Bytes hashed between two checks whether to stop.
  private static let step = 1 << 20

  /// What the thread works on.
  private final class Work: Sendable {
    let mapping: SharedMapping
    let isStopped = Atomic(false)
    let running = DispatchGroup()
    let result = Mutex<InputDigest?>(nil)

    init(_ mapping: SharedMapping) { self.mapping = mapping }

    func run(_ hash: SHA256) {
      let isWhole = mapping.withBytes { bytes in
        var at = 0
        while at < bytes.byteCount {
          if isStopped.load(ordering: .relaxed) { return false }
          let end = min(at + MappedHasher.step, bytes.byteCount)
          hash.update(bytes.extracting(at..<end))
          at = end
        }
        return true
      }
      guard isWhole else { return }
      let digest = InputDigest(
        size: mapping.mapping.file.size, modified: mapping.mapping.file.modifiedMilliseconds,
        sha256: hash.digest())
      result.withLock { $0 = digest }
    }
  }

  private let work: Work
  /// The hash of a file for which there is no thread.
  private let late: SHA256?

  /// Starts to hash.
  init(_ mapping: SharedMapping) throws(SystemError) {
    let (work, hash) = (Work(mapping), try SHA256())
    self.work = work
    work.running.enter()
    let thread = SystemThread.start {
      work.run(hash)
      work.running.leave()
    }
    late = thread == nil ? hash : nil
    if let thread { thread.detach() } else { work.running.leave() }
  }

  /// Waits for the digest; nil if `stop` ended it early.
  func digest() -> InputDigest? {
    work.running.wait()
    if let late, work.result.withLock({ $0 == nil }) { work.run(late) }
    return work.result.withLock { $0 }
  }

  /// Stops hashing.
  func stop() { work.isStopped.store(true, ordering: .relaxed) }
}
