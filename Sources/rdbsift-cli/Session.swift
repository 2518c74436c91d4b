// One run of a command: its console, and how failures become messages and an exit status.

import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// The environment of a command.
struct Session: Sendable {
  /// Standard output and standard error.
  let console = Console()
  /// The path that standard output goes to, if it is not the process's own.
  var outputPath: String?

  /// Runs a command and exits with its status.
  ///
  /// - Parameters:
  ///   - output: Where what the command prints goes; nil for standard output.
  ///   - work: The work.
  /// - Throws: The status, unless it is `done`.
  static func run(
    to output: OutputOptions? = nil, _ work: (Session) throws -> ExitStatus
  ) throws {
    ProcessSignals.prepare(faultStatus: ExitStatus.failed.rawValue)
    ProcessSignals.ignoreClosedPipes()
    let status = redirected(to: output?.path, work)
    if status != .done { throw status.code }
  }

  /// Does the work with standard output sent to a path, and lets the file appear if the work came to its
  /// end: a report about a file that cannot be read is complete, too.
  private static func redirected(
    to path: String?, _ work: (Session) throws -> ExitStatus
  ) -> ExitStatus {
    guard let path else { return Session().status(of: work).status }
    do {
      if path.isEmpty { throw Misuse("--output takes a path; it is empty") }
      var output = try RedirectedOutput.begin(path)
      var session = Session()
      session.outputPath = path
      let (status, isComplete) = session.status(of: work)
      if isComplete { try output.commit() }
      return status
    } catch {
      return Session().report(failure: error)
    }
  }

  /// The status of the work, and whether it came to its end.
  private func status(
    of work: (Session) throws -> ExitStatus
  ) -> (status: ExitStatus, isComplete: Bool) {
    do {
      return (try work(self), true)
    } catch {
      return (report(failure: error), false)
    }
  }

  /// Reports a failure.
  /// - Returns: The exit status.
  func report(failure: any Error) -> ExitStatus {
    do {
      throw failure
    } catch let error as SystemError {
      return fail(error)
    } catch let failure as FileFailure {
      if case .system(let error) = failure.failure { return fail(error) }
      if let damage = failure.textDamage {
        warn("\(Messages.spelled(failure.path)): \(Messages.text(.textDamage(damage)))")
      }
      report(error: Messages.text(failure))
      if let next = Messages.nextStep(failure) { console.tell(line: next) }
      return .failed
    } catch let error as RestoreRequestError {
      for line in Messages.lines(error) { report(error: line) }
      return .misused
    } catch let error as BackupError {
      return report(failure: SetText.failure(error))
    } catch let failure as LogFailure {
      report(error: LogText.text(failure))
      return LogText.status(failure)
    } catch let error as Misuse {
      report(error: error.text)
      return .misused
    } catch {
      report(error: "\(error)")
      return .failed
    }
  }

  /// A closed pipe is not a failure: the reader has seen enough.
  private func fail(_ error: SystemError) -> ExitStatus {
    if error.reason == .closedPipe { return .done }
    report(error: Messages.text(error))
    return .failed
  }

  /// Reports an error.
  func report(error: String) {
    console.tell(line: "\(console.error.styled("error:", .red)) \(error)")
  }

  /// Reports a warning.
  func warn(_ text: String) {
    console.tell(line: "\(console.error.styled("warning:", .yellow)) \(text)")
  }
}

/// A usage error: conflicting or invalid options.
struct Misuse: Error {
  let text: String

  init(_ text: String) { self.text = text }
}
