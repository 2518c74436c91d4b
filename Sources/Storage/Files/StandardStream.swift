// Standard output and standard error, which are not closed here.

/// A standard stream of the process.
package struct StandardStream: ByteSink, Sendable {
  /// Standard output.
  package static let output = StandardStream(descriptor: 1, name: "standard output")
  /// Standard error.
  package static let error = StandardStream(descriptor: 2, name: "standard error")

  let descriptor: Int32
  let name: String

  /// Writes all bytes; throws `closedPipe` if the reader is gone.
  package mutating func write(_ bytes: RawSpan) throws(SystemError) {
    try SystemCalls.write(descriptor, bytes, name)
  }

  /// Writes text as UTF-8; throws like `write`.
  package mutating func write(text: String) throws(SystemError) {
    // SAFETY: `bytes` of a span of UInt8 has no padding that could be uninitialised.
    try SystemCalls.write(descriptor, unsafe text.utf8Span.span.bytes, name)
  }

  /// What the stream is; nil if it is closed.
  package var identity: FileIdentity? {
    (try? SystemCalls.status(of: descriptor, name))?.identity
  }

  /// Whether the stream is a terminal.
  package var isTerminal: Bool { SystemCalls.isTerminal(descriptor) }

  /// The width of the terminal in columns; nil if there is none or it is unknown.
  package var windowWidth: Int? { SystemCalls.windowWidth(descriptor) }
}
