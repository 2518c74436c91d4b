// Where a log is cut.

import ArgumentParser
import RDB
import RDBSift
import Restore

/// A place in a log: one of its files, and an offset in it.
struct LogPlace: ExpressibleByArgument {
  let file: String
  let offset: Int

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let offset = Int(argument[argument.index(after: colon)...]), offset >= 0,
      colon > argument.startIndex
    else { return nil }
    file = String(argument[..<colon])
    self.offset = offset
  }
}

/// What a command needs to know of keys that are absent at a moment of a log.
enum AbsentKeysNeed {
  case none
  /// Their names.
  case names
  /// Their names, and which are there at the log's end.
  case comparedWithEnd
}

/// Options of commands that read append-only logs.
struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of an append-only log, only the commands before this offset of one of its files.",
      valueName: "file:offset"))
  var cut: LogPlace?

  @Option(
    help: ArgumentHelp("Of an append-only log, only the first N commands.", valueName: "n"))
  var cutCommands: Int?

  @Flag(help: "Of an append-only log, only the base: an RDB file; the commands are ignored.")
  var baseOnly = false

  func validate() throws {
    if cut != nil, cutCommands != nil {
      throw ValidationError("--cut and --cut-commands exclude each other")
    }
    if let cutCommands, cutCommands < 0 {
      throw ValidationError("--cut-commands takes a number of commands")
    }
    if baseOnly, cut != nil || cutCommands != nil {
      throw ValidationError("--base-only ignores the commands of a log, so it takes no cut")
    }
  }

  /// Whether a cut is given by place or number.
  private var isCut: Bool { cut != nil || cutCommands != nil }

  /// The moment that the options ask for, with a restore time in milliseconds.
  fileprivate func request(_ restoreTime: UnixMilliseconds?) -> MomentRequest {
    var request = MomentRequest(at: restoreTime)
    let second = restoreTime.map(MomentRequest.second)
    if let cut {
      request.cut = .place(file: cut.file, offset: cut.offset)
    } else if let cutCommands {
      request.cut = .commands(cutCommands)
    }
    if isCut { request.reference = second }
    return request
  }

  /// Logs cut at the moment of a restore, whose time becomes that of the request.
  ///
  /// - Parameters:
  ///   - backup: What the user named.
  ///   - request: The restore; gets the time of the backup.
  ///   - selectsAll: Whether keys that are not selected are needed too.
  ///   - findsAbsent: Whether absent keys are needed, and perhaps which of them are there at the end.
  ///   - session: For messages.
  /// - Returns: A backup without logs.
  /// - Throws: Invalid parameters, or why a log does not reach the moment.
  func backup(
    _ backup: Backup, _ request: inout RestoreRequest, selectsAll: Bool = false,
    findsAbsent: AbsentKeysNeed = .none, _ session: Session
  ) throws -> Backup {
    var asked = MomentRequest()
    if !backup.logs.isEmpty {
      let filter = try filter(of: request)
      asked = self.request(request.restoreTime == nil ? nil : request.reference)
      asked.filter = selectsAll ? nil : filter
      // Only names tell whether a key that is absent is selected.
      asked.absent = findsAbsent != .none && filter.isByName ? filter : nil
      asked.comparesEnd = findsAbsent == .comparedWithEnd
    }
    let found = try self.backup(backup, asked, session)
    let (time, impossible) = try found.referenceTime(before: request.now)
    request.fileTime = time
    if let impossible, request.restoreTime == nil {
      session.warn(
        "the file's creation time (ctime \(Messages.spelled(impossible))) is after now or no time of a "
          + "server, and is not used: expiries are compared with now only; --restore-time sets it")
    }
    if !found.moments.isEmpty { request.hasLog = true }
    return found
  }

  /// The filter of a request whose shift is checked when the time of the backup is known.
  private func filter(of request: RestoreRequest) throws -> RecordFilter {
    var early = request
    (early.timeShift, early.shiftInstant) = (nil, nil)
    do {
      return try early.selection().filter
    } catch {
      // All problems at once, those of the shift too.
      _ = try request.selection()
      throw error
    }
  }

  /// Logs cut at the moment of a request.
  func backup(
    _ backup: Backup, _ request: MomentRequest, _ session: Session
  ) throws -> Backup {
    if backup.logs.isEmpty {
      if isCut { throw Misuse("--cut needs an append-only log; none was given") }
      if baseOnly { throw Misuse("--base-only needs an append-only log; none was given") }
      return backup
    }
    guard !baseOnly else {
      try session.warnOfUnreadLogs(backup)
      return backup
    }
    if case .place = request.cut, backup.logs.count > 1 { throw LogFailure.cutOfSeveral }
    let found = try backup.at(request)
    session.warn(of: found.moments)
    return found
  }
}

extension Backup {
  /// Logs cut at the time of an option, or at their end, for a command that only looks.
  ///
  /// - Parameters:
  ///   - time: The option's value, if it is given.
  ///   - option: Its name.
  ///   - filter: Which keys are needed.
  ///   - session: For messages.
  /// - Returns: A backup without logs.
  /// - Throws: That the option makes no sense, or why a log does not reach the moment.
  func at(
    _ time: String?, option: String, _ filter: RecordFilter, _ session: Session
  ) throws -> Backup {
    let time = try time.map { try TimeOption.moment(option, $0).instant }
    guard !logs.isEmpty else {
      if time != nil { throw Misuse("--\(option) is for append-only logs; here is none") }
      return self
    }
    var request = MomentRequest(at: time)
    request.filter = filter
    request.dropsExpired = true
    let found = try at(request)
    session.warn(of: found.moments)
    return found
  }
}

/// The moment of a log, for commands that only look.
struct MomentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of an append-only log, the state with this second (default: its end).", valueName: "time"))
  var restoreTime: String?

  @OptionGroup var log: LogOptions

  /// The moment that the options ask for, or one with a time in place of theirs.
  func request(at time: String? = nil, option: String = "restore-time") throws -> MomentRequest {
    log.request(
      try (time ?? restoreTime).map { try TimeOption.moment(option, $0).instant })
  }

  /// Logs cut at the moment.
  /// - Throws: Why a log does not reach it.
  func backup(
    _ backup: Backup, _ selected: RestoreSelection, selectsAll: Bool = false, _ session: Session
  ) throws -> Backup {
    let time = try restoreTime.map { try TimeOption.moment("restore-time", $0).instant }
    if time != nil, backup.logs.isEmpty {
      throw Misuse("--restore-time needs an append-only log here; none was given")
    }
    if time != nil, log.baseOnly {
      throw Misuse("--base-only ignores the commands of a log, so it takes no --restore-time")
    }
    var request = log.request(time)
    request.filter = selectsAll ? nil : selected.filter
    request.dropsExpired = true
    return try log.backup(backup, request, session)
  }
}
