// One run of one command: what it may ask of the world, and how its failures become sentences and a
// status.

import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// What a command has to work with.
struct Session: Sendable {
  /// Standard output and standard error.
  let console = Console()
  /// The digests of the inputs that were read.
  let digests = InputDigests()

  /// Runs a command's work, and ends the process as it says.
  static func run(_ work: (Session) throws -> ExitStatus) throws {
    ProcessSignals.prepare(faultStatus: ExitStatus.failed.rawValue)
    ProcessSignals.ignoreClosedPipes()
    let session = Session()
    let status = session.status(of: work)
    if status != .done { throw status.code }
  }

  private func status(of work: (Session) throws -> ExitStatus) -> ExitStatus {
    do {
      return try work(self)
    } catch {
      return tell(failure: error)
    }
  }

  /// Says why something was not done; the status that follows.
  func tell(failure: any Error) -> ExitStatus {
    do {
      throw failure
    } catch let error as SystemError {
      return fail(error)
    } catch let failure as FileFailure {
      if case .system(let error) = failure.failure { return fail(error) }
      tell(error: Messages.text(failure))
      return .failed
    } catch let error as RestoreRequestError {
      for line in Messages.lines(error) { tell(error: line) }
      return .misused
    } catch let error as Misuse {
      tell(error: error.text)
      return .misused
    } catch {
      tell(error: "\(error)")
      return .failed
    }
  }

  /// A reader that has gone is no failure: it has seen enough.
  private func fail(_ error: SystemError) -> ExitStatus {
    if error.reason == .closedPipe { return .done }
    tell(error: Messages.text(error))
    return .failed
  }

  /// Says what went wrong.
  func tell(error: String) {
    console.tell(line: "\(console.error.styled("error:", .red)) \(error)")
  }

  /// Says what is doubtful.
  func tell(warning: String) {
    console.tell(line: "\(console.error.styled("warning:", .yellow)) \(warning)")
  }
}

/// A job's failure, and the file it was about.
struct FileFailure: Error {
  let failure: JobFailure
  let path: String
  /// What the file's first bytes look like, if it is no RDB file.
  var kind: ForeignFile?
}

/// Options that contradict each other or mean nothing, and why.
struct Misuse: Error {
  let text: String

  init(_ text: String) { self.text = text }
}
