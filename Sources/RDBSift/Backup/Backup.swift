// The input that the user named: one or more files, in any containers. Every job is written against it.

import RDB
import Restore
package import Storage

/// One or more RDB files that are read together.
///
/// A backup is what was named, listed and found readable: files that lie in any containers, the files of a directory,
/// the members of an archive, or append-only logs. Nothing of it is read before a job asks.
///
/// ```swift
/// let backup = try Backup(paths: ["dump.rdb.gz"])
/// try backup.forEachRecord { record in print(record.key, record.type) }
/// ```
public struct Backup: Sendable {
  /// How a backup is opened and read.
  public struct Options: Sendable {
    /// How to open each file.
    package var opening = Source.Options()
    /// Whether to search subdirectories of directories.
    public var isRecursive = false
    /// Whether RDB files that follow each other in one file are read as several.
    public var isConcatenated = false
    /// Worker threads, at least 1; results do not depend on the number.
    public var threads = 1
    /// Whether to compute checksums (CRC-64) while files are read.
    public var verifiesChecksum = true
    /// Called as a job goes on, about every megabyte, from one thread at a time; nil for nobody.
    public var progress: (@Sendable (Progress) -> Void)?
    /// Ends jobs from another thread; nil if nobody does.
    public var cancellation: Cancellation?
    /// Receives progress.
    package var monitor: (any SweepMonitor)?

    /// Makes default options.
    public init() {}
  }

  /// An input that was named.
  package enum Entry: Sendable {
    /// An RDB file.
    case file(BackupFile)
    /// An append-only log.
    case log(LogSource)

    /// The RDB file; of a log, its first file, which may be none.
    package var rdbFile: BackupFile {
      switch self {
      case .file(let file): file
      case .log(let log): log.parts[0].file
      }
    }

    /// The display name.
    package var name: String {
      switch self {
      case .file(let file): file.name
      case .log(let log): log.name
      }
    }
  }

  /// The inputs in the order given; at least one.
  package let entries: [Entry]
  /// The RDB files in the order given; of a log, its base, if that is one.
  package let files: [BackupFile]
  /// The logs at the moment that was asked for.
  package let moments: [Moment]
  /// Files in directories that are not read.
  package let skippedFiles: [SkippedFile]
  /// Logs in directories beside several RDB files, which are not read.
  package let skippedLogs: [String]
  /// How to open and read the files.
  public let options: Options
  /// SHA-256 digests of the inputs that were read to their end.
  package let digests: InputDigests

  /// Worker threads.
  package var threads: Int { max(options.threads, 1) }
  /// Whether several files were named, or a directory, list or archive.
  package let isSeveral: Bool
  /// The display names of the RDB files: paths, with `:MEMBER` for members of archives.
  public var names: [String] { files.map(\.name) }
  /// Packed size of all files in bytes.
  package var packedSize: Int { files.reduce(0) { $0 + $1.packedSize } }
  /// The files on disk.
  package var inputs: [BackupFile] {
    entries.flatMap { entry in
      switch entry {
      case .file(let file): [file]
      case .log(let log): log.allParts.map(\.file)
      }
    }
  }
  /// The identities of the files on disk.
  package var identities: [FileIdentity] { inputs.map(\.identity) }
  /// The logs that were named.
  package var logs: [LogSource] {
    entries.compactMap { entry in
      if case .log(let log) = entry { return log }
      return nil
    }
  }

  /// Opens the named files.
  ///
  /// - Parameters:
  ///   - names: Paths of files and directories, `@LIST` for a file of paths, `-` for standard input.
  ///   - options: How to open and read them.
  /// - Throws: `BackupError` if there is nothing to read.
  package init(_ names: [String], _ options: Options) throws(BackupError) {
    let list = try BackupList(names, options)
    entries = list.entries
    files = list.entries.compactMap { entry in
      switch entry {
      case .file(let file): file
      case .log(let log): log.parts[0].file.isBackup(options.opening) ? log.parts[0].file : nil
      }
    }
    moments = []
    skippedFiles = list.skippedFiles
    skippedLogs = list.skippedLogs
    self.options = options
    digests = list.digests
    isSeveral = list.isSeveral
  }

  private init(_ files: [BackupFile], of backup: Backup) {
    entries = backup.entries
    self.files = files
    moments = []
    (skippedFiles, skippedLogs) = ([], [])
    options = backup.options
    digests = backup.digests
    isSeveral = false
  }

  /// A backup of some of the inputs, of whose logs only the RDB files are read.
  package func only(_ entries: [Entry]) -> Backup {
    Backup(entries.map(\.rdbFile).filter { file in files.contains { $0 === file } }, [], of: self)
  }

  /// A backup whose logs were cut at a moment.
  init(_ files: [BackupFile], _ moments: [Moment], of backup: Backup) {
    entries = backup.entries
    self.files = files
    self.moments = moments
    (skippedFiles, skippedLogs) = (backup.skippedFiles, backup.skippedLogs)
    options = backup.options
    digests = backup.digests
    isSeveral = backup.isSeveral
  }

  /// The same backup, of whose files only some records are read; `picks` has those of each file.
  package func picking(_ picks: [RecordPicks]) -> Backup {
    Backup(zip(files, picks).map { $0.picking($1) }, moments, of: self)
  }

  /// The same backup, of whose only file a part is read.
  package func reading(_ range: FileRange) -> Backup {
    Backup(files.map { $0.reading(range) }, moments, of: self)
  }

  /// The part of the only file that is read; nil for the whole.
  package var range: FileRange? { files.count == 1 ? files[0].range : nil }

  /// One of the files as a backup of its own.
  func only(_ index: Int) -> Backup { Backup([files[index]], of: self) }
}

/// Receives the progress of a job.
package protocol SweepMonitor: Sendable {
  /// A job begins; `sizes` are the file sizes in bytes, 0 if unknown.
  func begin(_ label: String, sizes: [Int])
  /// A file has been read up to an offset.
  func advance(file: Int, to offset: Int)
  /// A file is done.
  func end(file: Int)
  /// The job is done.
  func finish()
}

/// A failure and its file.
package struct FileFailure: Error, Sendable {
  /// The failure.
  package let failure: JobFailure
  /// The display name of the file.
  package let path: String
  /// What a file is that is not an RDB file, as far as that is known.
  package var format: UnsupportedFormat?
  /// What was done to a file that was taken for text.
  package var textDamage: TextDamage?

  /// Makes a failure of a file.
  package init(_ failure: JobFailure, path: String) {
    self.failure = failure
    self.path = path
  }

  /// Makes a failure of an input that could not be opened.
  package init(_ error: InputError, path: String) { self.init(JobFailure(error), path: path) }
}
