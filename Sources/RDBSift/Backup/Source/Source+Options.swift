extension Source {
  /// How to open a file.
  package struct Options: Sendable {
    /// The name of an archive member; nil for all backups in the archive.
    package var member: [UInt8]?
    /// The largest unpacked size in bytes.
    package var limit = Int.max
    /// The directory for unnamed files.
    package var temporaryDirectory = "/tmp"
    /// Whether the input is read more than once; the bytes of a pipe are then kept.
    package var isReadAgain = false
    /// Whether each job opens a single file anew, so that several jobs may read it at once.
    package var isReopened = false
    /// Whether to hash the input while it is read.
    package var sums = false
    /// Bytes before the RDB header, which are not read.
    package var skip = 0

    /// Makes default options.
    package init() {}
  }
}
