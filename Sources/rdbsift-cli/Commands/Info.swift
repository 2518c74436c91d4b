import AOF
import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// Shows what is in a file.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a file: server, databases, types, expirations, checksum.",
    discussion: """
        rdbsift info dump.rdb
        rdbsift info dump.rdb --filter-key 'session:.*' --format json

      The number of elements of some values is known only after decoding them, which info does not do: \
      ? stands for such a number, and a sum with ≥ does not contain them.
      """)

  @OptionGroup(title: "Output") var report: ReportOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var moment: MomentOptions
  @OptionGroup(title: "Time") var clock: NowOption

  func run() throws {
    try Session.run(to: output) { session in
      let now = try clock.moment()
      let selected = try selection.selection(now: now, of: source)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session, takesLogs: true) { named in
        if named.entries.count == 1, let log = named.logs.first, !moment.log.baseOnly {
          return try inspect(log, of: named, selected, session)
        }
        let backup = try moment.backup(named, selected, selectsAll: true, session)
        let result = try backup.inspect(selected).orThrow()
        let logs = try result.backup.moments.map { moment in
          let keys = result.readable.filter { $0.file.name == moment.log.name }
          return try report(
            moment.log, of: named, keys: InspectedKeys(keys.map(\.result.summary), now: now), moment
          )
        }
        try reportFile.write(whole(result, logs, now: now, isTimed: clock.now != nil), backup)
        try session.console.write(whole(result, logs, now: now), as: report.format)
        let keys = InspectedKeys(result.readable.map(\.result.summary), now: now)
        return selection.status(
          session.conclude(result), afterKeys: keys.total.keys, of: backup, selected, session)
      }
    }
  }

  /// Reports on one log; what it covers is reported even if it cannot be read up to the moment.
  private func inspect(
    _ log: LogSource, of named: Backup, _ selected: RestoreSelection, _ session: Session
  ) throws -> ExitStatus {
    var result: BackupResult<InspectionSummary>?
    var failure: LogFailure?
    do {
      result = try moment.backup(named, selected, selectsAll: true, session).inspect(selected)
    } catch let error as LogFailure {
      failure = error
    }
    let keys = result.map { InspectedKeys($0.readable.map(\.result.summary), now: selected.now) }
    let report = try report(log, of: named, keys: keys, result?.backup.moments.first)
    try reportFile.write(report.report(isTimed: clock.now != nil), named)
    try session.console.write(report.report(), as: self.report.format)
    if let failure { return session.report(failure: failure) }
    guard let result, let keys else { return .failed }
    return selection.status(
      session.conclude(result), afterKeys: keys.total.keys, of: result.backup, selected, session)
  }

  /// What a log covers, and its keys at the moment if they could be counted.
  private func report(
    _ log: LogSource, of named: Backup, keys: InspectedKeys?, _ moment: Moment?
  ) throws -> LogInfoReport {
    let (coverage, base) = try log.withInput(named.options.opening) {
      (LogCoverage(of: $0), $0.base)
    }
    return LogInfoReport(
      log: log, coverage: coverage, base: base, keys: keys, moment: moment,
      sha256: named.subject(of: log).sha256)
  }

  private func whole(
    _ result: BackupResult<InspectionSummary>, _ logs: [LogInfoReport], now: UnixMilliseconds,
    isTimed: Bool = true
  ) -> Report {
    let backup = result.backup
    guard !backup.isSeveral, let found = result.readable.first else {
      return InfoSetReport(result, logs, now: now).report(isTimed: isTimed)
    }
    return InfoReport(found.result, backup.subject(of: found), now: now).report(isTimed: isTimed)
  }
}
