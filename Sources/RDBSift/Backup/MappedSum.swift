// The digest of a mapped file, made by a thread of its own while the file is gone through. Both read the
// same pages; whoever is ahead brings them into memory, and the other finds them there.

import Dispatch
import Storage
import Synchronization

/// A mapping that several owners hold.
final class SharedMapping: Sendable {
  let mapping: MappedFile

  init(_ mapping: consuming MappedFile) { self.mapping = mapping }

  func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try mapping.withBytes(body)
  }
}

/// The sum of a mapped file's bytes, on its way.
final class MappedSum: Sendable {
  /// Bytes that are summed before the thread asks whether anybody still wants to know.
  private static let step = 1 << 20

  private let mapping: SharedMapping
  private let isStopped = Atomic(false)
  private let work = DispatchGroup()
  private let made = Mutex<InputDigest?>(nil)

  /// Begins to sum.
  init(_ mapping: SharedMapping) throws(SystemError) {
    self.mapping = mapping
    let sum = try SHA256()
    work.enter()
    // A queue of its own has a thread of its own, however busy the others are.
    DispatchQueue(label: "rdbsift.summing").async { [self] in
      run(sum)
      work.leave()
    }
  }

  private func run(_ sum: SHA256) {
    let isWhole = mapping.withBytes { bytes in
      var at = 0
      while at < bytes.byteCount {
        if isStopped.load(ordering: .relaxed) { return false }
        let end = min(at + MappedSum.step, bytes.byteCount)
        sum.update(bytes.extracting(at..<end))
        at = end
      }
      return true
    }
    guard isWhole else { return }
    let digest = InputDigest(
      size: mapping.mapping.file.size, modified: mapping.mapping.file.modifiedMilliseconds,
      sha256: sum.digest())
    made.withLock { $0 = digest }
  }

  /// Waits for the digest; nil if it was stopped before.
  func digest() -> InputDigest? {
    work.wait()
    return made.withLock { $0 }
  }

  /// Says that nobody wants to know any more.
  func stop() { isStopped.store(true, ordering: .relaxed) }
}
