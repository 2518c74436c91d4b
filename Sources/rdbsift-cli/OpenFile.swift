// The backup that a command works on, with what the door adds: progress, and what is to be told.

import RDB
import RDBSift
import Storage
import Synchronization

/// A file that a command works on.
struct OpenFile: Sendable {
  let source: Source
  let options: SourceOptions
  let session: Session
  /// What it is called where its path is not enough: a member of an archive.
  var label: String?
  /// Where it says how far it has come, if it is one of several.
  var progress: (@Sendable (Int) -> Void)?

  /// The path as it was given.
  var path: String { label ?? source.path }
  /// Bytes of the RDB file, without its containers, as far as they were seen.
  var size: Int { source.size }
  /// Which file it is.
  var identity: FileIdentity { source.identity }

  /// What a report says it is about.
  var subject: ReportSubject { ReportSubject(path: path, size: size, sha256: sha256) }

  /// Says that the file was changed while it was read.
  func warnOfChange() {
    session.tell(warning: "\(Messages.spelled(path)) was changed while it was read")
  }

  /// Says what there is to say of the containers that all bytes were taken out of.
  ///
  /// - Returns: The status that follows: damage to a container is a finding whatever is made of what
  ///   came before it.
  func tellOfContainers() -> ExitStatus {
    tell(source.remarks)
    guard let interruption = source.interruption else { return .done }
    session.tell(warning: Messages.text(JobFailure(interruption), path: path))
    return .finding
  }

  /// What the file says before its first key.
  func head() throws -> FileFacts {
    try withFailures { () throws(JobFailure) in try source.head() }
  }

  /// Reads the header, so that what is no RDB file is refused before anything is written.
  func checkHeader() throws {
    try withFailures { () throws(JobFailure) in try source.checkHeader() }
  }

  /// Lends all bytes at once.
  func withBytes<Result>(_ body: (RawSpan) throws -> Result) throws -> Result {
    do {
      return try source.withBytes { bytes in
        // Of nothing at all there is more to say than that it is nothing.
        if bytes.byteCount == 0, let interruption = source.interruption { throw interruption }
        return try body(bytes)
      }
    } catch let error as InputError {
      throw FileFailure(failure: JobFailure(error), path: path)
    }
  }

  /// Lends all bytes at once, for a job that ends the command.
  ///
  /// Those of a container are unpacked into a file without a name. Damage to the container is told
  /// first, and is a finding whatever the job makes of what came before it.
  func withBytesAndContainers(_ body: (RawSpan) throws -> ExitStatus) throws -> ExitStatus {
    try withBytes { bytes in
      let status = tellOfContainers()
      let other = try body(bytes)
      return other == .done ? status : other
    }
  }

  /// Goes through the file with a job, showing on a terminal how far it has come.
  func sweep<Worker: RecordWorker & ~Copyable>(
    label: String, into output: PartOutput,
    makeWorker: @Sendable () throws(JobFailure) -> Worker
  ) throws -> SweepResult<Worker.Summary> {
    try withProgress(label) { options throws(JobFailure) in
      try source.sweep(options: options, output: output, makeWorker: makeWorker)
    }
  }

  /// Goes through bytes that were lent with a job, showing on a terminal how far it has come.
  func sweep<Worker: RecordWorker & ~Copyable>(
    _ bytes: RawSpan, label: String, into output: PartOutput,
    makeWorker: @Sendable () throws(JobFailure) -> Worker
  ) throws -> SweepResult<Worker.Summary> {
    try withProgress(label) { options throws(JobFailure) in
      try RDBSift.sweep(bytes, options: options, output: output, makeWorker: makeWorker)
    }
  }

  /// Goes through the file and counts what is in it, showing on a terminal how far it has come.
  func survey(label: String, now: UnixMilliseconds) throws -> SweepResult<RecordTally> {
    try withProgress(label) { options throws(JobFailure) in
      try source.survey(options: options, moment: now)
    }
  }

  /// Runs a job that goes through bytes that were lent, showing on a terminal how far it has come.
  func run<Result>(
    _ bytes: RawSpan, label: String, _ job: (SweepOptions) throws(JobFailure) -> Result
  ) throws -> Result {
    try withProgress(label, job)
  }

  /// Threads that may work on it.
  var threads: Int { options.threads ?? min(Machine.usableProcessors(), 16) }

  private func withProgress<Result>(
    _ label: String, _ body: (SweepOptions) throws(JobFailure) -> Result
  ) throws -> Result {
    var sweepOptions = SweepOptions()
    sweepOptions.threads = threads
    sweepOptions.checksum = !options.noChecksum
    if let progress {
      sweepOptions.progress = progress
      return try withFailures { () throws(JobFailure) in try body(sweepOptions) }
    }
    let console = session.console
    let line = Mutex(ProgressLine(on: console.error, now: Clock.ticks()))
    if console.error.isTerminal {
      sweepOptions.progress = { [size] offset in
        let text = line.withLock {
          $0.update(label, done: offset, of: size, now: Clock.ticks())
        }
        if let text { console.tell(text) }
      }
    }
    defer { if let text = line.withLock({ $0.finish() }) { console.tell(text) } }
    return try withFailures { () throws(JobFailure) in try body(sweepOptions) }
  }

  /// Adds to a failure whose it is, and what the file may be instead.
  func withFailures<Result>(
    _ body: () throws(JobFailure) -> Result
  ) throws -> Result {
    do throws(JobFailure) {
      return try body()
    } catch {
      var failure = FileFailure(failure: error, path: path)
      if case .damage(let damage) = error, damage.error.reason == .badMagic {
        failure.kind = ForeignFile(source.start)
      }
      throw failure
    }
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
    tell(result.remarks)
    let status = try conclude(result.failure, result.interruption)
    if let tail = result.tail, tail.isCommands {
      session.tell(warning: "\(Messages.spelled(path)): \(Messages.text(tail))")
    }
    if case .wrong(let stored, let computed) = result.checksum {
      session.tell(
        warning: "\(Messages.spelled(path)): the checksum is wrong: the file says "
          + "\(hexadecimal(stored)), its bytes make \(hexadecimal(computed))")
      return .finding
    }
    return status
  }

  /// Says what there is to say of containers that were read to their end.
  func tell(_ remarks: [InputRemark]) {
    for remark in remarks {
      session.tell(warning: "\(Messages.spelled(path)): \(Messages.text(remark))")
    }
  }

  /// Throws what ended a sweep early; a container that is damaged behind the RDB file is a finding.
  private func conclude(
    _ failure: JobFailure?, _ interruption: InputError?
  ) throws -> ExitStatus {
    guard let interruption else {
      if let failure { throw FileFailure(failure: failure, path: path) }
      return .done
    }
    // Where the bytes ended, the container knows why.
    let reason = JobFailure(interruption)
    if failure?.isTruncation ?? interruption.isDecisive {
      throw FileFailure(failure: reason, path: path)
    }
    session.tell(warning: Messages.text(reason, path: path))
    if let failure { throw FileFailure(failure: failure, path: path) }
    return .finding
  }
}
