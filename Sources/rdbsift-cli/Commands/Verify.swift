import ArgumentParser
import RDB
import RDBSift
import Restore

/// Checks a file.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a file's checksum and the structure of every value.",
    discussion: """
      Every record is walked, every packed structure read to its last byte, elements and keys are \
      compared with each other, and what the file says of its databases with what it holds. With \
      --quick values are only stepped over and nothing is compared.

      Findings are errors (servers refuse it, or it is not what was written), warnings (servers load \
      it, but no server writes it) and notes. Exit status 0: no errors and no warnings; 1: some; \
      2: not a file that can be read. Keys are compared in eight bytes of memory each.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption

  @Flag(help: "Only the checksum and the extent of each record.")
  var quick = false

  @OptionGroup var reportFile: ReportFileOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    try Session.run { session in
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
