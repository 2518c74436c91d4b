import AOF
import RDB
import Restore

/// A change of a key in an append-only log.
public struct HistoryChange: Hashable, Sendable {
  /// The start of the second in which it was logged; nil before the first annotation (`aof-timestamp-enabled`).
  public let time: UnixTime?
  /// The name of the log.
  public let log: String
  /// The file of the log.
  public let file: String
  /// Bytes from the start of that file to the command.
  public let offset: Int
  /// The name of the command, in upper case.
  public let command: String
  /// The database.
  public let database: Int
  /// The key.
  public let key: StoredString
  /// Whether the key is there after the command; nil if that is not known.
  public let isPresent: Bool?
  /// When the key expires after the command; nil if it does not.
  public let expiry: UnixTime?
}

extension Backup {
  /// Calls a closure with every change of the selected keys in the append-only logs, in the order of each log.
  ///
  /// - Parameters:
  ///   - selection: Which keys, by name, database and slot only.
  ///   - time: Where the logs end: the second that contains it counts whole; nil for the end of each log.
  ///   - body: Called with each change; after an error it is not called again.
  /// - Throws: What `body` throws, or ``SiftError/Code/log`` if there is no log or one does not reach the moment.
  public func forEachChange(
    _ selection: Selection = .everything, until time: UnixTime? = nil,
    _ body: (HistoryChange) throws -> Void
  ) throws {
    guard !logs.isEmpty else {
      throw SiftError(.log, "an RDB file has no history", path: names.first)
    }
    guard selection.filter.isByName, selection.limit == nil else {
      throw SiftError(.log, "a history selects keys by name, database and slot only")
    }
    var request = MomentRequest(at: time?.instant)
    request.filter = selection.filter
    var failure: (any Error)?
    try withoutActuallyEscaping(body) { body in
      for log in logs where failure == nil {
        try sifting {
          try log.history(request, takesValues: false, options.opening) { change in
            guard failure == nil else { return }
            do {
              try body(HistoryChange(change, log))
            } catch {
              failure = error
            }
          }
        }
      }
    }
    if let failure { throw failure }
  }
}

extension HistoryChange {
  init(_ change: KeyChange, _ log: LogSource) {
    self.init(
      time: change.second.map { UnixTime(milliseconds: $0 * 1000) }, log: log.name,
      file: log.allParts[Int(change.position.file)].name, offset: change.position.offset,
      command: change.command, database: Int(change.database), key: StoredString(change.key),
      isPresent: change.isPresent, expiry: change.expiry.map { UnixTime(milliseconds: $0) })
  }
}
