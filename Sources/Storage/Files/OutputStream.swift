// An output that cannot appear whole or not at all: a FIFO, a terminal, /dev/null. It is written
// straight.

/// A path that is written straight.
package final class OutputStream: Sendable {
  /// The path as the caller gave it.
  package let path: String
  private let descriptor: FileDescriptor

  /// Opens a FIFO or a character device; nil if the path names neither.
  ///
  /// A FIFO is waited for until somebody reads it. A disk is never written to.
  package init?(_ path: String) throws(SystemError) {
    guard let status = try? SystemCalls.status(at: path),
      status.kind == .pipe || status.isCharacterDevice
    else { return nil }
    self.path = path
    descriptor = try SystemCalls.openForWriting(path)
  }

  /// Writes all the bytes.
  package func write(_ bytes: RawSpan) throws(SystemError) {
    try SystemCalls.write(descriptor.number, bytes, path)
  }

  /// Sends standard output here.
  func takeStandardOutput() throws(SystemError) {
    try SystemCalls.redirect(1, to: descriptor.number, path)
  }

  /// Whether a path is a name of standard output.
  package static func isStandardOutput(_ path: String) -> Bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(path)
  }
}
