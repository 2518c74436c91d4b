// A regular file, opened for reading only. Anything else is refused before it is opened: opening a
// pipe would wait, opening a device may have effects.

/// A file to read.
package struct InputFile: ~Copyable, Sendable {
  /// The path as the caller gave it.
  package let path: String
  /// The file's size when it was opened.
  package let size: Int
  /// Which file it is.
  package let identity: FileIdentity

  private let descriptor: FileDescriptor
  private let status: FileStatus

  /// Opens a file; throws if it does not exist, cannot be read, or is not a regular file.
  package init(_ path: String) throws(SystemError) {
    if let refusal = try SystemCalls.status(at: path).refusal {
      throw SystemError(refusal, .open, path)
    }
    let opened = try SystemCalls.openForReading(path)
    // Checked again after opening: the name may have changed hands.
    let status = try SystemCalls.status(of: opened.number, path)
    if let refusal = status.refusal { throw SystemError(refusal, .open, path) }
    self.init(opened, status, path)
  }

  /// Takes over a descriptor of a regular file.
  init(_ descriptor: consuming FileDescriptor, _ status: FileStatus, _ path: String) {
    self.path = path
    size = status.size
    identity = status.identity
    self.descriptor = descriptor
    self.status = status
  }

  /// Whether the file has no bytes.
  package var isEmpty: Bool { size == 0 }

  /// The modification time when the file was opened, in milliseconds since 1970.
  package var modifiedMilliseconds: Int64 {
    // A file system may store any number of seconds; nanoseconds are 0..<10^9.
    let (product, overflow) = Int64(status.modifiedSeconds).multipliedReportingOverflow(by: 1000)
    let (sum, carry) = product.addingReportingOverflow(
      Int64(status.modifiedNanoseconds / 1_000_000))
    guard !overflow, !carry else { return status.modifiedSeconds < 0 ? .min : .max }
    return sum
  }

  /// Whether the file still has the size and modification time it had when it was opened.
  package func isUnchanged() throws(SystemError) -> Bool {
    let now = try SystemCalls.status(of: descriptor.number, path)
    return now.size == status.size && now.modifiedSeconds == status.modifiedSeconds
      && now.modifiedNanoseconds == status.modifiedNanoseconds
  }

  /// The file's first bytes, at most `wanted`.
  package func head(_ wanted: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(wanted, size))
    var span = bytes.mutableSpan
    // SAFETY: bytes of UInt8 have no padding.
    var raw = unsafe span.mutableBytes
    let count = try read(into: &raw, at: 0)
    return Array(bytes.prefix(count))
  }

  /// Fills a buffer from an offset on.
  ///
  /// Returns how many bytes; fewer than requested only at the end of the file.
  package func read(
    into buffer: inout MutableRawSpan, at offset: Int
  ) throws(SystemError) -> Int {
    // SAFETY: the pointer is used only inside the closure, and written within its count.
    try unsafe buffer.withUnsafeMutableBytes { (bytes) throws(SystemError) in
      var filled = 0
      while filled < bytes.count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
        let count = try unsafe SystemCalls.read(
          descriptor.number, into: rest, at: offset + filled, path)
        if count == 0 { break }
        filled += count
      }
      return filled
    }
  }

  /// Reads once from an offset into a buffer.
  ///
  /// Returns how many bytes; 0 at the end of the file.
  func readOnce(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemError) -> Int {
    // SAFETY: the buffer is the caller's for this call.
    try unsafe SystemCalls.read(descriptor.number, into: buffer, at: offset, path)
  }

  /// Maps the file; nil for an empty file, which cannot be mapped.
  func map() throws(SystemError) -> UnsafeRawPointer? {
    guard size > 0 else { return nil }
    return try unsafe SystemCalls.map(descriptor.number, count: size, path)
  }
}
