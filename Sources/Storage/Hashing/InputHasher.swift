// The size and SHA-256 of an input, as evidence of what was read. Bytes are hashed while they are
// read; only those that nobody has read are read for it at the end.

/// An input as stored on disk or received from a pipe.
package struct InputDigest: Hashable, Sendable {
  /// Its size in bytes.
  package var size: Int
  /// The modification time in milliseconds since 1970; nil for a pipe.
  package var modified: Int64?
  /// The SHA-256 in hexadecimal.
  package var sha256: String

  /// Creates a digest.
  package init(size: Int, modified: Int64?, sha256: String) {
    self.size = size
    self.modified = modified
    self.sha256 = sha256
  }

  /// Reads a file for its digest only.
  package init(ofFile path: String) throws(SystemError) {
    let file = try InputFile(path)
    let sum = InputHasher(try SHA256())
    try sum.takeRest(of: file)
    self = sum.finished(file)
  }
}

/// Hashes an input's bytes while they are read.
@safe
package final class InputHasher: @unchecked Sendable {
  // Unchecked: it belongs to the thread that reads the input.

  private let sum: SHA256
  /// Bytes hashed: a prefix of the input.
  private(set) var count = 0

  /// Starts with no bytes.
  package init(_ sum: SHA256) { self.sum = sum }

  /// Hashes bytes at an offset of the input; those hashed before are skipped.
  func take(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard offset <= count, bytes.count > count - offset else { return }
    // SAFETY: a part of the caller's bytes.
    unsafe sum.update(UnsafeRawBufferPointer(rebasing: bytes[(count - offset)...]))
    count = offset + bytes.count
  }

  /// Reads and hashes the part of a file that nobody has read.
  package func takeRest(of file: borrowing InputFile) throws(SystemError) {
    // SAFETY: freed below; filled within its count.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { unsafe buffer.deallocate() }
    while true {
      let read = try unsafe file.readOnce(into: buffer, at: count)
      if read == 0 { break }
      // SAFETY: so many bytes were filled.
      unsafe take(UnsafeRawBufferPointer(rebasing: buffer[..<read]), at: count)
    }
    guard count >= file.size else { throw SystemError(.becameShorter, .read, file.path) }
  }

  /// The digest of a file that was hashed completely.
  package func finished(_ file: borrowing InputFile) -> InputDigest {
    InputDigest(size: count, modified: file.modifiedMilliseconds, sha256: sum.digest())
  }

  /// The digest of what came through a pipe.
  package func finished() -> InputDigest {
    InputDigest(size: count, modified: nil, sha256: sum.digest())
  }
}
