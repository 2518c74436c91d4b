// What becomes of expiries: the times of a restore.

import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// The moment that `now` is, for whoever wants the same output tomorrow.
struct NowOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The moment to take for now, in UTC, instead of the clock's.", valueName: "time"))
  var now: String?

  /// The moment; the clock is read if none was given.
  func moment() throws -> UnixMilliseconds {
    guard let now else { return UnixMilliseconds(Clock.nowMilliseconds()) }
    guard let time = UTCTime(now) else {
      throw Misuse(
        "--now takes a UTC time of the form yyyy-MM-ddTHH:mm:ssZ or yyyy-MM-ddTHH:mmZ")
    }
    return time.instant
  }
}

/// The times of a restore.
struct ShiftOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The moment to restore to, in UTC: 2026-11-20T10:00:00Z. Keys that had expired before it are \
      left out. Without it, the moment at which the file was begun (its ctime).
      """, valueName: "time"))
  var restoreTime: String?

  @Option(
    help: ArgumentHelp(
      """
      The moment from which the life that keys had left at the restore time runs again, in UTC. \
      Without it, expiries stay as they are.
      """, valueName: "time"))
  var timeShift: String?

  @Option(
    help: ArgumentHelp(
      "The parameter RestoreType: 1 for a point in time, 0 for the backup as it is.",
      valueName: "0|1"))
  var restoreType: String?

  @Option(
    help: ArgumentHelp(
      """
      A file with a call of RestoreInstance, as a JSON object or a query string, by the names of the \
      API. RestoreType, RestoreTime, TimeShift and FilterKey are read.
      """, valueName: "file"))
  var request: String?

  @Flag(help: "Allow a time shift after now, which the service does not.")
  var allowFutureShift = false

  @OptionGroup var clock: NowOption

  /// The whole request, for a file.
  ///
  /// `call` are the words of a command that would make the restore, if it was given.
  func request(
    _ selection: SelectionOptions, head: RDBMetadata, call: [String] = []
  ) throws -> RestoreRequest {
    var request = try selection.request(now: try clock.moment())
    request.restoreTime = restoreTime
    request.timeShift = timeShift
    request.restoreType = restoreType
    try complete(&request, call)
    request.fileTime = head.created
    if allowFutureShift { request.allowances.insert(.futureShift) }
    return request
  }

  /// Takes in the call of a file or of a command line.
  private func complete(_ request: inout RestoreRequest, _ words: [String]) throws {
    if self.request != nil, !words.isEmpty {
      throw Misuse("a call was given twice: in --request and behind --")
    }
    var call: RestoreCall?
    if let path = self.request {
      call = RestoreCall(try MappedFile(path).withBytes { Array(copying: $0) })
      guard call != nil else {
        throw Misuse(
          "\(Messages.spelled(path)) is neither a JSON object of parameters nor a query string")
      }
    } else if !words.isEmpty {
      call = RestoreCall(words: words)
      guard call != nil else {
        throw Misuse("what stands behind -- has no parameters, or a quote that is not closed")
      }
    }
    guard let call else { return }
    if call.isOther {
      throw Misuse(
        "the call is \(Formatting.key((call.action ?? "").utf8)), not RestoreInstance")
    }
    if let name = call.misspelled {
      throw Misuse("\(name) is not a parameter of the call; names are case-sensitive")
    }
    if let name = call.repeated { throw Misuse("\(name) stands twice in the call") }
    let twice = call.complete(&request)
    guard twice.isEmpty else {
      throw Misuse("given twice, in the call and as an option: \(twice.joined(separator: ", "))")
    }
  }
}
