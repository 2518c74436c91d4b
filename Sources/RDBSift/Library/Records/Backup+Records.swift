// Every record of a backup, on one thread or on several.

import Export
import RDB
import Restore
import Synchronization

extension Backup {
  /// A cursor over the selected records, whether they have expired or not.
  ///
  /// - Parameter selection: Which keys.
  /// - Returns: The cursor; files are opened when it comes to them.
  /// - Throws: ``SiftError/Code/log`` if a log cannot be read.
  public func records(_ selection: Selection = .everything) throws(SiftError) -> RecordCursor {
    RecordCursor(try cut(selection), selection)
  }

  /// Calls a closure with every selected record, in order and on this thread.
  ///
  /// - Parameters:
  ///   - selection: Which keys, whether they have expired or not.
  ///   - body: Called with each record; an error ends the job.
  /// - Returns: What was found out about the files.
  /// - Throws: What `body` throws, or ``SiftError`` if a file cannot be read to its end.
  @discardableResult
  public func forEachRecord(
    _ selection: Selection = .everything, _ body: (Record) throws -> Void
  ) throws -> [SourceFile] {
    var records = try records(selection)
    while let record = try records.next() { try body(record) }
    return records.files
  }

  /// Calls a closure with every selected record, on as many threads as ``Options/threads`` says.
  ///
  /// The order is not that of the file, and several calls run at once.
  ///
  /// - Parameters:
  ///   - selection: Which keys, whether they have expired or not.
  ///   - body: Called with each record; an error ends the job, and calls that are running come to their end.
  /// - Returns: What was found out about the files.
  /// - Throws: What `body` throws, or ``SiftError`` if a file cannot be read to its end.
  @discardableResult
  public func forEachRecordConcurrently(
    _ selection: Selection = .everything, _ body: @escaping @Sendable (Record) throws -> Void
  ) throws -> [SourceFile] {
    let backup = try cut(selection)
    let failure = FirstFailure()
    let result = backup.sweep(SweepRequest("reading", selection.looking())) { index in
      CallingVisitor(body, failure, file: backup.files[index].name)
    }
    try failure.rethrow()
    return try sifting { try result.sourceFiles() }
  }
}

/// The first error of closures that run on several threads.
private final class FirstFailure: Sendable {
  private let error = Mutex<(any Error)?>(nil)

  func note(_ found: any Error) { error.withLock { $0 = $0 ?? found } }

  func rethrow() throws { if let found = error.withLock({ $0 }) { throw found } }
}

/// Passes each record to a closure.
private struct CallingVisitor: RecordVisitor, ~Copyable {
  private let body: @Sendable (Record) throws -> Void
  private let failure: FirstFailure
  private let file: String
  private var scratch = Scratch()

  init(
    _ body: @escaping @Sendable (Record) throws -> Void, _ failure: FirstFailure, file: String
  ) {
    self.body = body
    self.failure = failure
    self.file = file
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    let found = try Record(
      record, in: bytes, nil, context.values, file: file, scratch: &scratch)
    do {
      try body(found)
    } catch {
      failure.note(error)
      throw .stopped
    }
  }

  consuming func finish() -> NothingCounted { NothingCounted() }
}
