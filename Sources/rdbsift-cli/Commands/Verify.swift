import ArgumentParser
import RDB
import RDBSift
import Restore

/// What is checked.
struct VerifyOptions: ParsableArguments {
  @Flag(help: "Check only the checksum and the extent of each record.")
  var quick = false

  @Flag(help: "Verify several files one by one, not as the shards of one backup.")
  var each = false

  @Flag(
    help: """
      List up to 100,000 findings of each rule; by default, many of one rule are one line with a count.
      """)
  var all = false
}

/// Checks a file.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a file's checksum and the structure of every value.",
    discussion: """
        rdbsift verify dump.rdb
        rdbsift verify daily/ --quick

      Reads every record and every packed structure to its last byte, looks for duplicate keys and \
      elements, and compares the counts stated in the file with its contents. With --quick, values are \
      not decoded and nothing is compared.

      Findings are errors (servers refuse the file, or it is not what was written), warnings (servers load \
      it, but no server writes it) and notes. Comparing keys takes five bytes of memory per key.

      Exit status: 0 no errors or warnings; 1 errors or warnings; 2 the file cannot be read.
      """)

  @OptionGroup(title: "Checks") var checks: VerifyOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Output") var report: ReportOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions

  func run() throws {
    try Session.run(to: output) { session in
      if checks.quick, !selection.isEmpty {
        throw Misuse("--quick checks no values; leave out filters")
      }
      let selected = try selection.selection(now: try clock.moment(), of: source)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session, takesLogs: true) { backup in
        let result =
          try
          (checks.quick
          ? backup.verifyQuickly()
          : backup.verify(
            selected, isWhole: selection.isEmpty,
            limit: checks.all ? FindingList.listed : FindingList.reported))
          .orThrow()
        let status = try report(result, session)
        let keys = result.readable.reduce(0) { $0 + $1.result.summary.found.records }
        return selection.status(status, afterKeys: keys, of: backup, selected, session)
      }
    }
  }

  /// Says what to do if the files look like several backups of one server.
  private func hintAtEach(_ result: BackupResult<Verification>, _ session: Session) {
    guard let created = result.facts.created, !result.sharedKeys.isEmpty else { return }
    let span = created.upperBound.rawValue.subtractingReportingOverflow(created.lowerBound.rawValue)
    guard span.overflow || span.partialValue >= 3_600_000 else { return }
    session.console.tell(
      line:
        "note: the files were written at different times and share keys; if each is a backup by "
        + "itself, such as one per day, use --each")
  }

  /// A report on each file and each log, in their order.
  private func reports(_ result: BackupResult<Verification>) throws -> [Report] {
    let backup = result.backup
    var logs = try backup.verifyLogs(
      result, limit: checks.all ? FindingList.listed : FindingList.reported)[...]
    let readable = Dictionary(
      result.readable.map { (ObjectIdentifier($0.file), $0) }, uniquingKeysWith: { one, _ in one })
    return backup.entries.compactMap { entry in
      let found = readable[ObjectIdentifier(entry.rdbFile)]
      var log: LogVerification?
      if case .log = entry { log = logs.popFirst() }
      if let one = log, found != nil, one.isRDBOnly { log = nil }
      guard found != nil || log != nil else { return nil }
      let subject = log.map { backup.subject(of: $0.log) } ?? found.map { backup.subject(of: $0) }
      return subject.map {
        VerifyReport(
          verification: found?.result.summary, log: log, isQuick: checks.quick, subject: $0,
          listsAll: checks.all
        ).report
      }
    }
  }

  /// Reports what was found; the status that follows.
  private func report(
    _ result: BackupResult<Verification>, _ session: Session
  ) throws -> ExitStatus {
    let backup = result.backup
    var statuses = session.concludeReadable(result)
    let reports = try self.reports(result)
    let comparesFiles = !checks.quick && !checks.each
    let whole =
      backup.isSeveral ? Report.verify(reports, result, comparesFiles: comparesFiles) : reports[0]
    try reportFile.write(whole, backup)
    try session.console.write(whole, as: self.report.format)
    statuses += reports.map(\.status)
    statuses += result.failures.map { session.report(failure: $0) }
    if backup.isSeveral, comparesFiles {
      statuses += session.concludeTogether(result, isStrict: true)
      hintAtEach(result, session)
    }
    return ExitStatus.worst(statuses)
  }
}
