// Hashes a mapped file on a thread of its own while the file is swept. Both read the same pages, so each
// byte is read from disk once.

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

  private let mapping: SharedMapping
  private let isStopped = Atomic(false)
  private let work = DispatchGroup()
  private let result = Mutex<InputDigest?>(nil)

  /// Starts to hash.
  init(_ mapping: SharedMapping) throws(SystemError) {
    self.mapping = mapping
    let hash = try SHA256()
    work.enter()
    // A private queue gets a thread even if all workers are busy.
    DispatchQueue(label: "rdbsift.summing").async { [self] in
      run(hash)
      work.leave()
    }
  }

  private func run(_ hash: SHA256) {
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

  /// Waits for the digest; nil if `stop` ended it early.
  func digest() -> InputDigest? {
    work.wait()
    return result.withLock { $0 }
  }

  /// Stops hashing.
  func stop() { isStopped.store(true, ordering: .relaxed) }
}
