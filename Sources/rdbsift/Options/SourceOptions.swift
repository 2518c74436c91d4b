// The file, and how it is gone through.

import ArgumentParser
import Pipeline
import RDB
import Restore
import Storage
import Synchronization

/// Options of every command.
struct SourceOptions: ParsableArguments {
  @Argument(help: "An RDB file of Redis, Valkey, KeyDB, Dragonfly or Tair.")
  var file: String

  @Option(
    help: ArgumentHelp(
      "Threads that may work. Output is the same for any number.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Skip the file's checksum. Large values are then not even read.")
  var noChecksum = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024")
    }
  }

  /// Opens the file and lends its bytes.
  func withFile<Result>(
    _ session: Session, _ body: (OpenFile, RawSpan) throws -> Result
  ) throws -> Result {
    let mapped = try MappedFile(file)
    let open = OpenFile(
      path: file, size: mapped.file.size, identity: mapped.file.identity, options: self,
      session: session)
    let result = try mapped.withBytes { try unpacked($0, session) { try body(open, $0) } }
    if !(try mapped.file.isUnchanged()) {
      session.tell(warning: "\(Messages.spelled(file)) was changed while it was read")
    }
    return result
  }
}

extension SourceOptions {
  /// Lends the bytes of a file, unpacked where it has compressed blocks of records.
  private func unpacked<Result>(
    _ bytes: RawSpan, _ session: Session, _ body: (RawSpan) throws -> Result
  ) throws -> Result {
    let folder = Machine.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    guard let unpacked = try unpackBlobs(in: bytes, folder: folder) else { return try body(bytes) }
    let blocks = HumanText.count(
      UInt64(unpacked.blobs), "compressed block was", "compressed blocks were")
    session.console.tell(
      line: "\(Messages.spelled(file)): \(blocks) unpacked; offsets are places in the result")
    return try unpacked.file.withBytes { try body($0) }
  }
}

/// A file that a command works on.
struct OpenFile {
  let path: String
  let size: Int
  let identity: FileIdentity
  fileprivate let options: SourceOptions
  fileprivate let session: Session

  /// What the file says before its first key.
  func head(_ bytes: RawSpan) throws -> FileFacts {
    do throws(JobFailure) {
      return try FileFacts(headOf: bytes)
    } catch {
      throw failure(error, bytes)
    }
  }

  /// Threads that may work on it.
  var threads: Int { options.threads ?? min(Machine.usableProcessors(), 16) }

  /// Goes through the file with a job, showing on a terminal how far it has come.
  func sweep<Worker: RecordWorker & ~Copyable>(
    _ bytes: RawSpan, label: String, into output: PartOutput,
    makeWorker: @Sendable () throws(JobFailure) -> Worker
  ) throws -> SweepResult<Worker.Summary> {
    try run(bytes, label: label) { (options) throws(JobFailure) in
      try Pipeline.sweep(bytes, options: options, output: output, makeWorker: makeWorker)
    }
  }

  /// Goes through the file and counts what is in it, showing on a terminal how far it has come.
  func survey(
    _ bytes: RawSpan, label: String, now: UnixMilliseconds
  ) throws -> SweepResult<RecordTally> {
    try run(bytes, label: label) { (options) throws(JobFailure) in
      try Pipeline.survey(bytes, options: options, moment: now)
    }
  }

  /// Runs a job that goes through the file, showing on a terminal how far it has come.
  func run<Result>(
    _ bytes: RawSpan, label: String, _ job: (SweepOptions) throws(JobFailure) -> Result
  ) throws -> Result {
    var sweepOptions = SweepOptions()
    sweepOptions.threads = threads
    sweepOptions.checksum = !options.noChecksum
    let console = session.console
    let line = Mutex(ProgressLine(on: console.error, now: Clock.ticks()))
    if console.error.isTerminal {
      sweepOptions.progress = { [size = bytes.byteCount] offset in
        let text = line.withLock {
          $0.update(label, done: offset, of: size, now: Clock.ticks())
        }
        if let text { console.tell(text) }
      }
    }
    defer { if let text = line.withLock({ $0.finish() }) { console.tell(text) } }
    do throws(JobFailure) {
      return try job(sweepOptions)
    } catch {
      throw failure(error, bytes)
    }
  }

  /// Reads the header, so that what is no RDB file is refused before anything is written.
  func checkHeader(_ bytes: RawSpan) throws {
    do throws(JobFailure) {
      _ = try openScanner(bytes)
    } catch {
      throw failure(error, bytes)
    }
  }

  /// What kept the file from being read at all.
  private func failure(_ error: JobFailure, _ bytes: RawSpan) -> FileFailure {
    var failure = FileFailure(failure: error, path: path)
    if case .damage(let damage) = error, damage.error.reason == .badMagic {
      failure.kind = ForeignFile(bytes)
    }
    return failure
  }

  /// Says that the file is of a version that nobody knows yet, if it is.
  func warn(ofNewer header: RDBHeader) {
    guard header.isNewerThanKnown else { return }
    session.tell(
      warning: "\(Messages.spelled(path)) says \(header.description), which is newer than any "
        + "version known here; it was read as if nothing had changed")
  }

  /// Says what a sweep found besides its result.
  ///
  /// - Returns: The status that the command should end with, as far as the file is concerned.
  /// - Throws: The failure that ended the sweep early.
  func conclude<Summary>(_ result: SweepResult<Summary>) throws -> ExitStatus {
    warn(ofNewer: result.facts.header)
    if let failure = result.failure { throw FileFailure(failure: failure, path: path) }
    if case .wrong(let stored, let computed) = result.checksum {
      session.tell(
        warning: "\(Messages.spelled(path)): the checksum is wrong: the file says "
          + "\(hexadecimal(stored)), its bytes make \(hexadecimal(computed))")
      return .finding
    }
    return .done
  }
}
