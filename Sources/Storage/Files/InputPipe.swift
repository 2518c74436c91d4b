// A pipe to read, or another thing whose bytes come once: a socket as standard input.

/// A pipe to read.
package struct InputPipe: ~Copyable, Sendable {
  /// The path as the caller gave it.
  package let path: String
  /// Which pipe it is.
  package let identity: FileIdentity

  /// How often a writer is waited for.
  private static let writerAttempts = 15

  private let descriptor: FileDescriptor
  /// Whether nothing came yet and there may be nobody to send anything.
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

  /// Fills the beginning of a buffer with what comes; returns 0 at the end.
  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    // SAFETY: the buffer is the caller's for this call.
    var count = try unsafe SystemCalls.readNext(descriptor.number, into: buffer, path)
    // Opened without waiting, a pipe that nobody has open to write is at its end at once. Who waits
    // for a reader to open it is given a moment to wake up.
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
