// What is said of logs on standard error: which of their files are not read, where they end, and which
// keys are not known.

import AOF
import RDBSift

extension Session {
  /// Keys that are named one by one.
  private static let named = 50

  /// Warns of logs of which only the RDB file is read.
  /// - Throws: `LogFailure` if one has no RDB file.
  func warnOfUnreadLogs(_ backup: Backup) throws {
    for log in backup.logs {
      guard log.parts[0].file.isBackup(backup.options.opening) else {
        throw LogFailure.noRDBFile(log.name)
      }
      guard log.isOfManifest else { continue }
      let rest = log.parts.count - 1
      warn(
        "\(Messages.spelled(log.name)) is an append-only log: only its base "
          + "\(Messages.spelled(log.parts[0].name)) is read, without the commands in "
          + Formatting.count(rest, "further file", "further files"))
    }
  }

  /// Warns of what is left out at the end of logs.
  func warn(of moments: [Moment]) {
    for moment in moments {
      let log = moment.log
      if !moment.isUnchanged {
        warn("\(Messages.spelled(log.name)) changed while it was being read")
      }
      if let tail = moment.end.tail {
        warn(
          "\(LogText.text(tail, log)); what a crash leaves: "
            + "\(Formatting.count(log.parts[tail.file].file.packedSize - tail.error.start)) bytes "
            + "are ignored")
      }
      if let open = moment.end.openTransaction {
        warn(
          "\(Messages.spelled(log.name)): the MULTI at "
            + "\(LogText.place(open.offset, Int(open.file), log)) has no EXEC before the end; "
            + "\(Formatting.count(moment.end.droppedCommands, "command is", "commands are")) left out"
        )
      }
      for place in moment.end.droppedTransactions {
        warn(
          "\(Messages.spelled(log.name)): the MULTI at "
            + "\(LogText.place(place.offset, Int(place.file), log)) has no EXEC in its file; its "
            + "commands are left out")
      }
    }
  }

  /// Warns of files that are the base of a log whose other files were not named.
  func warnOfLoneBases<Summary>(_ result: BackupResult<Summary>) {
    // A log of one file is its base and what its commands changed, under one name.
    var known: Set<String> = []
    for (file, _, found) in result.readable {
      let log = result.backup.log(ofBase: file)
      guard log != nil || found.metadata.aux("aof-base") == "1" else { continue }
      let isOfManifest = result.backup.logs.contains { log in
        log.isOfManifest
          && (log.name == file.name || log.parts.contains { $0.file.name == file.name })
      }
      guard !isOfManifest, found.tail == nil, known.insert(file.name).inserted else { continue }
      guard let log else {
        warn(
          "\(Messages.spelled(file.name)) is the base of an append-only log; commands may follow in "
            + "other files, which are not read")
        continue
      }
      let bytes = Formatting.count(log.commandBytes, "byte", "bytes")
      warn(
        "\(Messages.spelled(file.name)) is only the base of an append-only log: \(bytes) of commands "
          + "are not read; to read them, name the directory \(Messages.spelled(log.directory))")
    }
  }

  /// Names keys whose value at the moment is not known.
  /// - Returns: The status that follows.
  func conclude(_ moments: [Moment]) -> ExitStatus {
    ExitStatus.worst(moments.map { conclude($0.overlay, $0.log) })
  }

  /// Names keys of a log whose value is not known.
  /// - Returns: The status that follows.
  func conclude(_ overlay: Overlay, _ log: LogSource) -> ExitStatus {
    let keys = overlay.inexact
    for key in keys.prefix(Session.named) { warn(LogText.text(key, log)) }
    let rest = keys.count - Session.named
    if rest > 0 {
      warn("\(Formatting.count(rest)) more keys are left out, since their values are unknown")
    }
    if let all = overlay.everything {
      warn("every key that is not listed is left out: \(LogText.cause(all, log))")
    }
    return keys.isEmpty && overlay.everything == nil ? .done : .finding
  }
}
