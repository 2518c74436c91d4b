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
      "Use this UTC time instead of the clock (default: the current time).", valueName: "time"))
  var now: String?

  /// The moment; the clock is read if none was given.
  func moment() throws -> UnixMilliseconds {
    guard let now else { return UnixMilliseconds(Clock.nowMilliseconds()) }
    return try TimeOption.moment("now", now).instant
  }
}

/// The times of a restore.
struct ShiftOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Restore to this time: 2026-11-20T10:00:00Z, 2026-11-20, 2026-11-20T18:00:00+08:00, or seconds \
      or milliseconds since 1970. Keys that had expired by then are left out (default: the file's \
      creation time).
      """, valueName: "time"))
  var restoreTime: String?

  @Option(
    help: ArgumentHelp(
      """
      Rebase expirations: keep the TTL that each key had left at the restore time, counted from this \
      UTC time (default: expirations stay as they are).
      """, valueName: "time"))
  var timeShift: String?

  @Option(
    help: ArgumentHelp(
      "The parameter RestoreType: 1 for a point in time, 0 for the backup as it is.",
      valueName: "0|1"), completion: .list(["0", "1"]))
  var restoreType: String?

  @Option(
    help: ArgumentHelp(
      """
      A file with a call of RestoreInstance, as a JSON object or a query string, by the names of the \
      API. RestoreType, RestoreTime, TimeShift and FilterKey are read.
      """, valueName: "file"), completion: .file())
  var request: String?

  @Flag(
    help: """
      Restore expired keys too, with the expiries they have. A server drops them as soon as it loads \
      them, unless --persist or --ttl is given.
      """)
  var includeExpired = false

  @Flag(help: "Remove all TTLs, except those of fields. Expired keys stay left out.")
  var persist = false

  @Option(
    help: ArgumentHelp(
      """
      Give every key this TTL, counted from now: 90s, 15m, 12h, 7d, 2w. Field TTLs are unchanged, and \
      expired keys stay left out.
      """, valueName: "duration"))
  var ttl: String?

  @Flag(help: "Allow a time shift after now, which the service does not.")
  var allowFutureShift = false

  @OptionGroup var log: LogOptions

  @OptionGroup var clock: NowOption

  func validate() throws {
    let given = [(timeShift != nil, "--time-shift"), (persist, "--persist"), (ttl != nil, "--ttl")]
      .filter(\.0).map(\.1)
    if given.count > 1 {
      throw ValidationError("\(given.joined(separator: " and ")) exclude each other")
    }
  }

  /// The options that read files, each with its path.
  var readers: [(name: String, path: String)] { request.map { [("--request", $0)] } ?? [] }

  /// The request, as far as it does not depend on a file.
  ///
  /// `call` are the words of a command that would make the restore, if it was given.
  func request(
    _ selection: SelectionOptions, call: [String] = []
  ) throws -> RestoreRequest {
    var request = try selection.request(now: try clock.moment())
    request.restoreTime = restoreTime
    request.restoreInstant = try instant("restore-time", restoreTime)
    request.timeShift = timeShift
    request.shiftInstant = try instant("time-shift", timeShift)
    request.restoreType = restoreType
    try complete(&request, call)
    request.keepsExpired = includeExpired
    request.replacement = try replacement(from: request.now)
    if request.timeShift != nil, request.replacement != nil {
      throw Misuse("--persist and --ttl exclude the TimeShift of the call")
    }
    if allowFutureShift { request.allowances.insert(.futureShift) }
    return request
  }

  /// What expiries are replaced by.
  private func replacement(from now: UnixMilliseconds) throws -> ExpiryReplacement? {
    guard let ttl else { return persist ? .never : nil }
    let span = NumberRange.duration(ttl).map { $0.multipliedReportingOverflow(by: 1000) }
    let end = span.map { now.rawValue.addingReportingOverflow($0.partialValue) }
    guard let span, let end, span.partialValue > 0, !span.overflow, !end.overflow else {
      throw Misuse(
        "--ttl takes a span of time above zero, such as 90s, 15m, 12h, 7d or 2w; it was "
          + Messages.spelled(ttl))
    }
    return .at(UnixMilliseconds(end.partialValue))
  }

  /// The moment of an option that was typed in another form than the vendor's.
  private func instant(_ option: String, _ text: String?) throws -> UnixMilliseconds? {
    guard let text, UTCTime(text) == nil else { return nil }
    // A text that is no time in any form is a problem of the request, with the service's error code.
    guard TypedTime(text) != nil || TypedTime.digitsWithoutUnit(text) != nil else { return nil }
    return try TimeOption.moment(option, text).instant
  }

  /// Takes in the call of a file or of a command line.
  private func complete(_ request: inout RestoreRequest, _ words: [String]) throws {
    if self.request != nil, !words.isEmpty {
      throw Misuse("the call is given twice: in --request and after --")
    }
    var call: RestoreCall?
    if let path = self.request {
      call = RestoreCall(try TextFile.bytes(path))
      guard call != nil else {
        throw Misuse(
          "\(Messages.spelled(path)) is neither a JSON object of parameters nor a query string")
      }
    } else if !words.isEmpty {
      call = RestoreCall(words: words)
      guard call != nil else {
        throw Misuse("the words after -- have no parameters, or a quote that is not closed")
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
    if let name = call.repeated { throw Misuse("\(name) is in the call twice") }
    let twice = call.complete(&request)
    guard twice.isEmpty else {
      throw Misuse("given twice, in the call and as an option: \(twice.joined(separator: ", "))")
    }
  }
}
