// A pipe, or a socket as standard input: bytes that can be read once.

/// A pipe to read.
package struct InputPipe: ~Copyable, Sendable {
  /// The path as the caller gave it.
  package let path: String
  /// Which pipe it is.
  package let identity: FileIdentity

  /// How often a writer is waited for.
  private static let writerAttempts = 15

  private let descriptor: FileDescriptor
  /// Whether nothing was read yet and there may be no writer.
  private var needsWriter: Bool

  init(
    _ descriptor: consuming FileDescriptor, _ status: FileStatus, _ path: String,
    needsWriter: Bool = false
  ) {
    self.path = path
    identity = status.identity
    self.descriptor = descriptor
    self.needsWriter = needsWriter
  }

  /// Reads into a buffer; returns 0 at the end.
  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    // SAFETY: the buffer is the caller's for this call.
    var count = try unsafe SystemCalls.readNext(descriptor.number, into: buffer, path)
    // A pipe opened without waiting is at its end while nobody has opened it for writing. A writer
    // that waits for a reader gets some time to wake up.
    var attempts = InputPipe.writerAttempts
    while count == 0, needsWriter, attempts > 0 {
      try SystemCalls.wait(milliseconds: 20, for: descriptor.number, path)
      count = try unsafe SystemCalls.readNext(descriptor.number, into: buffer, path)
      attempts -= 1
    }
    if count == 0, needsWriter { throw SystemError(.hasNoWriter, .read, path) }
    needsWriter = false
    return count
  }
}
