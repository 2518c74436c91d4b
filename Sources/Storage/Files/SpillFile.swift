// Bytes that do not fit into memory and are read again: an unnamed file in the directory for
// temporary files, never next to an input. It disappears with the process.

/// An unnamed file.
@safe
package struct SpillFile: ~Copyable, ByteSink, Sendable {
  private let descriptor: FileDescriptor
  private let directory: String

  /// Creates a file in a directory for temporary files.
  package init(in directory: String) throws(SystemError) {
    self.directory = directory
    var number: Int32 = -1
    while number < 0 {
      let random = String(UInt64.random(in: 0 ... .max), radix: 36)
      let path = "\(directory)/rdbsift.\(random).tmp"
      do throws(SystemError) {
        number = try SystemCalls.createNew(path, for: directory)
      } catch {
        throw error.during(.createTemporary)
      }
      // SAFETY: the C string lives through the call.
      if number >= 0 { unsafe path.withCString { unsafe SystemCalls.remove($0) } }
    }
    descriptor = FileDescriptor(number)
  }

  /// Writes all bytes; a full disk is reported as such.
  package mutating func append(_ bytes: RawSpan) throws(SystemError) {
    do throws(SystemError) {
      try SystemCalls.write(descriptor.number, bytes, directory)
    } catch {
      throw error.during(.writeTemporary)
    }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    // SAFETY: the bytes are the caller's for this call.
    try append(unsafe bytes.bytes)
  }

  /// Writes all bytes.
  package mutating func write(_ bytes: RawSpan) throws(SystemError) { try append(bytes) }

  /// The file, for reading.
  package func reopened(as path: String? = nil) throws(SystemError) -> InputFile {
    let status = try SystemCalls.status(of: descriptor.number, directory)
    let again = try SystemCalls.duplicate(descriptor.number, directory)
    return InputFile(again, status, path ?? directory)
  }
}
