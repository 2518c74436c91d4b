// What happened in a log.

package import AOF
import Restore

extension LogSource {
  /// Calls `body` with every change of the selected keys, in the order of the log.
  ///
  /// - Parameters:
  ///   - request: Where the log ends, and which keys.
  ///   - takesValues: Whether changes have the value after them.
  ///   - options: How to open the files.
  ///   - body: Gets the changes.
  /// - Throws: `LogFailure` if the log does not reach the cut, `FileFailure` if it cannot be read.
  package func history(
    _ request: MomentRequest, takesValues: Bool, _ options: Source.Options,
    _ body: @escaping (KeyChange) -> Void
  ) throws {
    try request.cut.check(self)
    let filter = request.filter ?? RecordFilter()
    try withInput(options) { input in
      do throws(LogCutError) {
        try input.history(
          request.cut.resolved(in: self), NameSelector(filter), takesValues: takesValues
        ) { change in
          if filter.takes(database: change.database) { body(change) }
        }
      } catch {
        throw request.cut.failure(error, self)
      }
    }
  }

  /// Moments of the log to which somebody may want to go back.
  /// - Throws: As `history`.
  package func events(
    _ request: MomentRequest, _ options: Source.Options
  ) throws -> [LogEvent] {
    try request.cut.check(self)
    return try withInput(options) { input in
      do throws(LogCutError) {
        return try input.events(request.cut.resolved(in: self))
      } catch {
        throw request.cut.failure(error, self)
      }
    }
  }
}
