// The file, and how it is gone through.

import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// Options of every command.
struct SourceOptions: ParsableArguments, Sendable {
  @Argument(
    help: ArgumentHelp(
      """
      An RDB file of Redis, Valkey, KeyDB, Dragonfly or Tair, as it is or in gzip, LZ4, tar, a VCS \
      envelope or a full-sync stream; - for standard input. Several files are one backup of many \
      shards; so are a directory, and @LIST, a file with a path per line.
      """, valueName: "file"))
  var files: [String]

  @Flag(help: "Look into directories in directories too.")
  var recursive = false

  @Option(
    help: ArgumentHelp(
      "Threads that may work. Output is the same for any number.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Skip the file's checksum. Large values are then not even read.")
  var noChecksum = false

  @Option(
    help: ArgumentHelp("The member of an archive, if several are backups.", valueName: "name"))
  var member: String?

  @Option(
    help: ArgumentHelp(
      "Bytes that a container may hold at most, such as 20G. Without it, there is no limit.",
      valueName: "size"))
  var maxUncompressed: String?

  @Flag(help: "Tell the SHA-256 of each whole input, taken while it is read, on standard error.")
  var hash = false

  /// Whether a report needs the digests of the inputs.
  var isReported = false

  /// Whether the inputs are summed while they are read.
  var takesDigest: Bool { hash || isReported }

  /// The file, where there is one.
  var file: String {
    get { files.first ?? "" }
    set { files = [newValue] }
  }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024")
    }
    if let maxUncompressed, SourceOptions.size(maxUncompressed) == nil {
      throw ValidationError("--max-uncompressed takes a number of bytes, such as 20G")
    }
  }

  private static func size(_ text: String) -> Int? {
    guard let range = NumberRange.sizes(text), range.lower == range.upper else { return nil }
    return Int(exactly: range.lower)
  }

  /// Opens the backup for a job that goes through it.
  ///
  /// - Parameters:
  ///   - session: What the command may use.
  ///   - readAgain: Whether the job may go through it more than once.
  ///   - body: The job.
  /// - Returns: What the job returns.
  /// - Throws: What it throws, or why the backup cannot be opened.
  func withInput<Result>(
    _ session: Session, readAgain: Bool = false, _ body: (OpenFile) throws -> Result
  ) throws -> Result {
    guard files.count == 1 else { throw Misuse("this is done with one backup; here are several") }
    return try with(try open(session, readAgain: readAgain), session, body)
  }

  /// Opens the one backup that is named.
  func open(_ session: Session, readAgain: Bool) throws -> Source {
    let source: Source
    do throws(InputError) {
      source = try Source(file, openingOptions(readAgain: readAgain))
    } catch {
      // What cannot be opened is evidence as well, if the system lets it be read at all.
      if hash, !error.isDecisive, let digest = try? InputDigest(ofFile: file) {
        session.tell(digest, of: file)
      }
      throw FileFailure(failure: JobFailure(error), path: file)
    }
    return source
  }

  /// Does a job with a backup that is open, and tells its digest if that is asked for.
  func with<Result>(
    _ source: Source, _ session: Session, _ body: (OpenFile) throws -> Result
  ) throws -> Result {
    let opened = OpenFile(source: source, options: self, session: session)
    let result = Swift.Result { try body(opened) }
    if result.isAboutBytes { try opened.tellDigest() }
    if case .success = result, !(try source.isUnchanged()) { opened.warnOfChange() }
    return try result.get()
  }

  /// How files are opened.
  func openingOptions(readAgain: Bool = false) -> Source.Options {
    var sourceOptions = Source.Options()
    sourceOptions.member = member.map { Array($0.utf8) }
    sourceOptions.limit = maxUncompressed.flatMap { SourceOptions.size($0) } ?? .max
    sourceOptions.isReadAgain = readAgain
    sourceOptions.sums = takesDigest
    if let folder = Machine.environment("TMPDIR"), !folder.isEmpty {
      sourceOptions.temporaryDirectory = folder
    }
    return sourceOptions
  }
}

extension Result {
  /// Whether the input was read, or is not what it should be: not where the system or the user is at
  /// fault, since then nobody waits for what is left of it.
  fileprivate var isAboutBytes: Bool {
    guard case .failure(let error) = self else { return true }
    guard let failure = error as? FileFailure else { return false }
    if case .system = failure.failure { return false }
    return true
  }
}
