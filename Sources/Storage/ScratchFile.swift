// A file for bytes that are needed in one piece, and for this run only: written, mapped, and gone. It has
// a name while it is written, which is removed before anything reads it, and after a signal too.

/// A file that is written once and then mapped.
package struct ScratchFile: ~Copyable, ByteSink, Sendable {
  private let path: String
  private let descriptor: FileDescriptor
  private let ticket: SignalLedger.Ticket

  /// Begins a file in a folder, for its owner only.
  package init(in folder: String) throws(SystemError) {
    var (path, number) = ("", Int32(-1))
    while number < 0 {
      path = "\(folder)/.rdbsift.\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
      number = try SystemCalls.createNew(path, for: path)
    }
    self.path = path
    descriptor = FileDescriptor(number)
    ticket = signalLedger.enterTemporaryFile(path)
  }

  deinit {
    // SAFETY: the C string lives through the call.
    unsafe path.withCString { unsafe SystemCalls.remove($0) }
    signalLedger.release(ticket)
  }

  /// Writes all the bytes; a full disk is an error that says so.
  package mutating func write(_ bytes: RawSpan) throws(SystemError) {
    try SystemCalls.write(descriptor.number, bytes, path)
  }

  /// The bytes that were written; the file has no name any more then.
  package consuming func mapped() throws(SystemError) -> MappedFile {
    try MappedFile(InputFile(path))
  }
}
