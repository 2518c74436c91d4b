// Bytes that do not fit into memory and have to be read again: a file without a name, which goes away
// with the process, whatever becomes of it. It is made where temporary files are, never beside an
// input.

/// A file without a name.
@safe
package struct SpillFile: ~Copyable, ByteSink, Sendable {
  private let descriptor: FileDescriptor
  private let directory: String

  /// Makes a file in a directory for temporary files.
  package init(in directory: String) throws(SystemError) {
    self.directory = directory
    var number: Int32 = -1
    while number < 0 {
      let random = String(UInt64.random(in: 0 ... .max), radix: 36)
      let path = "\(directory)/rdbsift.\(random).tmp"
      number = try SystemCalls.createNew(path, for: directory)
      // SAFETY: the C string lives through the call.
      if number >= 0 { unsafe path.withCString { unsafe SystemCalls.remove($0) } }
    }
    descriptor = FileDescriptor(number)
  }

  /// Writes all the bytes; a full disk is an error that says so.
  package mutating func append(_ bytes: RawSpan) throws(SystemError) {
    try SystemCalls.write(descriptor.number, bytes, directory)
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    // SAFETY: the bytes are the caller's for this call.
    try unsafe SystemCalls.write(descriptor.number, bytes, directory)
  }

  /// Writes all the bytes.
  package mutating func write(_ bytes: RawSpan) throws(SystemError) {
    try SystemCalls.write(descriptor.number, bytes, directory)
  }

  /// The file, to be read.
  package func reopened(as path: String? = nil) throws(SystemError) -> InputFile {
    let status = try SystemCalls.status(of: descriptor.number, directory)
    let again = try SystemCalls.duplicate(descriptor.number, directory)
    return InputFile(again, status, path ?? directory)
  }
}
