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

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption

  @Flag(help: "Check only the checksum and the extent of each record.")
  var quick = false

  @OptionGroup var reportFile: ReportFileOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    try Session.run(to: output) { session in
      if quick, !selection.isEmpty {
        throw Misuse("--quick steps over every record; leave out what selects some")
      }
      let selected = try selection.selection(now: try clock.moment())
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { backup in
        let result =
          try (quick ? backup.verifyQuickly() : backup.verify(selected, isWhole: selection.isEmpty))
          .orThrow()
        let status = try report(result, session)
        let keys = result.readable.reduce(0) { $0 + $1.result.summary.found.records }
        return selection.status(status, afterKeys: keys, session)
      }
    }
  }

  /// Reports what was found; the status that follows.
  private func report(
    _ result: BackupResult<Verification>, _ session: Session
  ) throws -> ExitStatus {
    let backup = result.backup
    var statuses = session.concludeReadable(result)
    let reports = result.readable.map {
      VerifyReport(
        verification: $0.result.summary, isQuick: quick, subject: backup.subject(of: $0)
      ).report
    }
    let whole = backup.isSeveral ? Report.verify(reports, result, isQuick: quick) : reports[0]
    try reportFile.write(whole, backup)
    try session.console.write(whole, as: self.report.format)
    statuses += reports.map(\.status)
    statuses += result.failures.map { session.report(failure: $0) }
    if backup.isSeveral, !quick {
      statuses += session.concludeTogether(result, isStrict: true)
    }
    return ExitStatus.worst(statuses)
  }
}
