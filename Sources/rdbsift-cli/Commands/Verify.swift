import ArgumentParser
import RDB
import RDBSift
import Restore

/// Checks a file.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a file's checksum and the structure of every value.",
    discussion: """
        rdbsift verify dump.rdb
        rdbsift verify daily/ --quick

      Every record and every packed structure is read to its last byte, duplicate elements and keys are \
      found, and the sizes that the file states are compared with what it holds. With --quick, values are \
      skipped (not decoded), and nothing is compared.

      Findings are errors (servers refuse the file, or it is not what was written), warnings (servers load \
      it, but no server writes it) and notes. Exit status 0: no errors or warnings; 1: some; 2: the file \
      cannot be read. Comparing keys takes eight bytes of memory per key.
      """)

  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption

  @Flag(help: "Check only the checksum and the extent of each record.")
  var quick = false

  @Flag(help: "Verify several files one by one, not as the shards of one backup.")
  var each = false

  @Flag(help: "List each finding; without it, many of one rule are one line with their number.")
  var all = false

  @OptionGroup(title: "Output") var reportFile: ReportFileOptions
  @OptionGroup(title: "Output") var report: ReportOptions

  func run() throws {
    try Session.run(to: output) { session in
      if quick, !selection.isEmpty {
        throw Misuse("--quick checks no values; leave out filters")
      }
      let selected = try selection.selection(now: try clock.moment())
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { backup in
        let result =
          try (quick ? backup.verifyQuickly() : backup.verify(selected, isWhole: selection.isEmpty))
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

  /// Reports what was found; the status that follows.
  private func report(
    _ result: BackupResult<Verification>, _ session: Session
  ) throws -> ExitStatus {
    let backup = result.backup
    var statuses = session.concludeReadable(result)
    let reports = result.readable.map {
      VerifyReport(
        verification: $0.result.summary, isQuick: quick, subject: backup.subject(of: $0),
        listsAll: all
      ).report
    }
    let comparesFiles = !quick && !each
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
