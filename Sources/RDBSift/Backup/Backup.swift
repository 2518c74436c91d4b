// What the user named: one file or many, whatever they are packed in. Every job is written once against
// it; one file is a backup of one.

package import RDB
package import Restore
package import Storage

/// One or more RDB files that are read as one.
package struct Backup: Sendable {
  /// How a backup is opened and read.
  package struct Options: Sendable {
    /// How each file is opened.
    package var opening = Source.Options()
    /// Whether directories in directories are looked into.
    package var isRecursive = false
    /// Threads that may work; output does not depend on it.
    package var threads = 1
    /// Whether the checksums of files are computed.
    package var checksum = true
    /// Who is shown how far a job has come.
    package var monitor: (any SweepMonitor)?

    /// The usual way.
    package init() {}
  }

  /// The files, one at least, in the order given.
  package let files: [BackupFile]
  /// Files of directories that are no backups, and were passed over.
  package let passedOver: [String]
  /// How they are read.
  package let options: Options
  /// The digests of the inputs that were read to their end.
  package let digests: InputDigests

  /// Threads that may work.
  package var threads: Int { options.threads }
  /// Whether several files were named, or what may stand for several.
  package let isSeveral: Bool
  /// What the files are called.
  package var names: [String] { files.map(\.name) }
  /// Bytes of all files, as they are packed.
  package var packedSize: Int { files.reduce(0) { $0 + $1.packedSize } }
  /// The files on the disk.
  package var identities: [FileIdentity] { files.map(\.identity) }

  /// Opens what was named.
  ///
  /// - Parameters:
  ///   - names: Paths of files and directories, `@LIST` for a file of paths, `-` for standard input.
  ///   - options: How.
  /// - Throws: Why there is nothing to read.
  package init(_ names: [String], _ options: Options) throws(BackupError) {
    let list = try BackupList(names, options)
    files = list.files
    passedOver = list.passedOver
    self.options = options
    digests = list.digests
    isSeveral = list.isSeveral
  }

  private init(_ files: [BackupFile], of backup: Backup) {
    self.files = files
    passedOver = []
    options = backup.options
    digests = backup.digests
    isSeveral = false
  }

  /// One of the files as a backup of its own.
  func only(_ index: Int) -> Backup { Backup([files[index]], of: self) }
}

/// Who is shown how far a job has come.
package protocol SweepMonitor: Sendable {
  /// A job begins, over files of so many bytes; 0 where that is not known.
  func begin(_ label: String, sizes: [Int])
  /// A file has been read up to an offset.
  func advance(file: Int, to offset: Int)
  /// A file is done.
  func end(file: Int)
  /// The job is done.
  func finish()
}

/// A failure, and the file it is about.
package struct FileFailure: Error, Sendable {
  /// What happened.
  package let failure: JobFailure
  /// What the file is called.
  package let path: String
  /// The file's first bytes, where it is no RDB file.
  package var head: [UInt8] = []

  /// A failure of a file.
  package init(_ failure: JobFailure, path: String) {
    self.failure = failure
    self.path = path
  }

  /// An input that could not be opened.
  package init(_ error: InputError, path: String) { self.init(JobFailure(error), path: path) }
}
