// What an input is as a row of bytes, whatever they mean and whatever is read of them: the evidence. The
// bytes are summed as they come by; only what nobody has read is read for it, at the end.

/// An input as it lies on the disk, or came down a pipe.
package struct InputDigest: Hashable, Sendable {
  /// Bytes of it.
  package var size: Int
  /// When it was last written, in milliseconds since 1970; nil for a pipe.
  package var modified: Int64?
  /// The SHA-256 of its bytes, as hexadecimal digits.
  package var sha256: String

  /// Puts the facts together.
  package init(size: Int, modified: Int64?, sha256: String) {
    self.size = size
    self.modified = modified
    self.sha256 = sha256
  }

  /// Reads a file for nothing but its digest.
  package init(ofFile path: String) throws(SystemError) {
    let file = try InputFile(path)
    let sum = InputHasher(try SHA256())
    try sum.takeRest(of: file)
    self = sum.finished(file)
  }
}

/// The sum of an input's bytes, taken while they are read.
@safe
package final class InputHasher: @unchecked Sendable {
  // Unchecked: it belongs to whoever reads the input, one thread at a time.

  private let sum: SHA256
  /// Bytes that were summed: the first so many of the input.
  private(set) var count = 0

  /// Begins with no bytes.
  package init(_ sum: SHA256) { self.sum = sum }

  /// Takes in bytes that stand at an offset of the input; those that came by before are left out.
  func take(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard offset <= count, bytes.count > count - offset else { return }
    // SAFETY: a part of the caller's bytes.
    unsafe sum.update(UnsafeRawBufferPointer(rebasing: bytes[(count - offset)...]))
    count = offset + bytes.count
  }

  /// Reads what nobody has read of a file.
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

  /// The digest of a file of which every byte was summed.
  package func finished(_ file: borrowing InputFile) -> InputDigest {
    InputDigest(size: count, modified: file.modifiedMilliseconds, sha256: sum.digest())
  }

  /// The digest of what came down a pipe.
  package func finished() -> InputDigest {
    InputDigest(size: count, modified: nil, sha256: sum.digest())
  }
}
