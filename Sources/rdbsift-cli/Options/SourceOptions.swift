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
      An RDB file of Redis, Valkey, KeyDB, Dragonfly or Tair, or an append-only log (appendonlydir, \
      appendonly.aof), plain or in gzip, Zstandard, LZ4, tar, a VCS envelope or a full-sync stream; - \
      (default, unless it is a terminal): standard input. Several files, a directory, or @LIST (a file \
      with a path per line) are the shards of one backup.
      """, valueName: "file"), completion: .file())
  var files: [String] = []

  @Flag(help: "Search subdirectories too.")
  var recursive = false

  @Option(
    help: ArgumentHelp(
      """
      Worker threads (default: all cores, at most 16); output does not depend on it.
      """, valueName: "n"))
  var threads: Int?

  @Flag(help: "Skip the file's checksum; large values are then not even read.")
  var noChecksum = false

  @Option(
    help: ArgumentHelp(
      "Which backup of an archive with several (default: all of them).", valueName: "name"))
  var member: String?

  @Option(
    help: ArgumentHelp(
      "Refuse input that decompresses to more than SIZE, such as 20G (default: no limit).",
      valueName: "size"))
  var maxUncompressed: String?

  @Option(
    help: ArgumentHelp(
      "Skip the first N bytes of a file, such as the header of an HTTP response.", valueName: "n"))
  var skip: Int = 0

  @Flag(help: "Read RDB files that follow each other in one file as the files of one backup.")
  var concatenated = false

  @Flag(help: "Print the SHA-256 of each whole input to standard error.")
  var hash = false

  @Option(help: "Colour: auto uses it on a terminal, unless NO_COLOR is set.")
  var color: ColourChoice = .auto

  /// Whether a report needs the digests of the inputs.
  var isReported = false

  /// Whether the inputs are summed while they are read.
  var takesDigest: Bool { hash || isReported }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024")
    }
    if skip < 0 { throw ValidationError("--skip takes a number of bytes") }
    if let maxUncompressed, SourceOptions.size(maxUncompressed) == nil {
      throw ValidationError("--max-uncompressed takes a number of bytes, such as 20G")
    }
  }

  private static func size(_ text: String) -> Int? {
    NumberRange.size(text).flatMap { Int(exactly: $0) }
  }

  /// Refuses standard input for two readers: the second would find nothing.
  ///
  /// - Parameters:
  ///   - options: Options that read files, each with its path.
  ///   - isNamed: Whether an option names the backup if no file does.
  /// - Throws: Who would read it.
  func refuseSharedInput(
    with options: [(name: String, path: String)], isNamed: Bool = false
  ) throws {
    var readers = files.filter { OpenedInput.isStandardInput($0) }.map { _ in "the backup" }
    if files.isEmpty, !isNamed { readers.append("the backup, since no file is named") }
    readers += options.filter { OpenedInput.isStandardInput($0.path) }.map(\.name)
    guard readers.count > 1 else { return }
    throw Misuse(
      "standard input can be read only once; here it is \(readers.joined(separator: ", and "))")
  }

  /// Opens what was named for a job, and reports the digests of the inputs if that is asked for.
  ///
  /// - Parameters:
  ///   - session: What the command may use.
  ///   - readAgain: Whether the job may go through a pipe more than once.
  ///   - takesLogs: Whether the job cuts logs; others read the RDB files of logs only.
  ///   - body: The job.
  /// - Returns: What the job returns.
  /// - Throws: What it throws, or why there is nothing to read.
  func withBackup<Result>(
    _ session: Session, readAgain: Bool = false, takesLogs: Bool = false,
    _ body: (Backup) throws -> Result
  ) throws -> Result {
    let backup = try given(session).open(session, readAgain: readAgain)
    if !takesLogs { try session.warnOfUnreadLogs(backup) }
    if let path = session.outputPath { try OutputFile.refuse(path, among: backup.identities) }
    try OutputFile.refuseStandardOutput(among: backup.identities)
    for file in backup.skippedFiles { session.warn(Messages.text(file)) }
    for path in backup.skippedLogs {
      session.warn(
        "\(Messages.spelled(path)) is an append-only log; skipped (name it, or use --recursive)"
      )
    }
    let result = Swift.Result { try body(backup) }
    if hash, result.isAboutBytes {
      for input in try backup.allDigests() { session.report(input.digest, of: input.path) }
    }
    return try result.get()
  }

  /// These options with standard input for a file, if no file is named and it is no terminal.
  private func given(_ session: Session) throws -> SourceOptions {
    guard files.isEmpty else { return self }
    guard OpenedInput.isStandardInputGiven else {
      throw Misuse("no input: name a file, such as dump.rdb, or pipe a backup to standard input")
    }
    session.console.tell(line: "note: no file is named; reading standard input")
    var source = self
    source.files = [OpenedInput.standardInputName]
    return source
  }

  private func open(_ session: Session, readAgain: Bool) throws -> Backup {
    do throws(BackupError) {
      return try Backup(files, options(session, readAgain: readAgain))
    } catch {
      // What cannot be opened is evidence as well, if the system lets it be read at all.
      if hash, case .input(let input, let path) = error, !input.isDecisive,
        let digest = try? InputDigest(ofFile: path)
      {
        session.report(digest, of: path)
      }
      throw error
    }
  }

  /// How a backup is opened and read.
  private func options(_ session: Session, readAgain: Bool) -> Backup.Options {
    var options = Backup.Options()
    options.opening.member = member.map { Array($0.utf8) }
    options.opening.limit = maxUncompressed.flatMap { SourceOptions.size($0) } ?? .max
    options.opening.isReadAgain = readAgain
    options.opening.skip = skip
    options.opening.sums = takesDigest
    if let folder = Machine.environment("TMPDIR"), !folder.isEmpty {
      options.opening.temporaryDirectory = folder
    }
    options.isRecursive = recursive
    options.isConcatenated = concatenated
    options.threads = threads ?? min(Machine.usableProcessors(), 16)
    options.verifiesChecksum = !noChecksum
    options.monitor = TerminalProgress(session.console)
    return options
  }
}

extension Session {
  /// Reports a digest, in the form of sha256sum.
  fileprivate func report(_ digest: InputDigest, of path: String) {
    console.tell(line: "sha256 \(digest.sha256)  \(Messages.spelled(path))")
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
