/// A destination of bytes: a file or a standard stream.
package protocol ByteSink: ~Copyable {
  /// Writes all bytes or throws.
  mutating func write(_ bytes: RawSpan) throws(SystemError)
}

extension SystemCalls {
  /// Writes a span to a descriptor.
  static func write(
    _ descriptor: Int32, _ bytes: RawSpan, _ path: String
  ) throws(SystemError) {
    // SAFETY: the pointer is used only inside the closure.
    try unsafe bytes.withUnsafeBytes { (buffer) throws(SystemError) in
      try unsafe write(descriptor, buffer, path)
    }
  }
}
