// What becomes of expiries: the times of a restore.

import ArgumentParser
import Pipeline
import RDB
import Restore

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

  @Flag(help: "Allow a time shift after now, which the service does not.")
  var allowFutureShift = false

  @OptionGroup var clock: NowOption

  /// The whole request, for a file.
  func request(_ selection: SelectionOptions, head: FileFacts) throws -> RestoreRequest {
    var request = try selection.request(now: try clock.moment())
    request.restoreTime = restoreTime
    request.timeShift = timeShift
    request.fileTime = head.created
    if allowFutureShift { request.allowances.insert(.futureShift) }
    return request
  }
}
