// Standard output and standard error: open when we start, not ours to close.

/// A stream that the process was started with.
package struct StandardStream: ByteSink, Sendable {
  /// Standard output.
  package static let output = StandardStream(descriptor: 1, name: "standard output")
  /// Standard error.
  package static let error = StandardStream(descriptor: 2, name: "standard error")

  let descriptor: Int32
  let name: String

  /// Writes all the bytes; throws `closedPipe` if nobody reads them any more.
  package mutating func write(_ bytes: RawSpan) throws(SystemError) {
    try SystemCalls.write(descriptor, bytes, name)
  }

  /// Writes a text as UTF-8; throws as `write` does.
  package mutating func write(text: String) throws(SystemError) {
    // SAFETY: `bytes` of a span of UInt8 has no padding that could be uninitialised.
    try SystemCalls.write(descriptor, unsafe text.utf8Span.span.bytes, name)
  }

  /// Whether the stream is a terminal.
  package var isTerminal: Bool { SystemCalls.isTerminal(descriptor) }

  /// The width of the terminal's window in columns; nil if there is none, or it does not say.
  package var windowWidth: Int? { SystemCalls.windowWidth(descriptor) }
}
