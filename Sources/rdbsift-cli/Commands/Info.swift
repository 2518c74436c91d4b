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

      ? is a number of elements that only decoding would show; ≥ leaves such keys out.
      """)

  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions
  @OptionGroup(title: "Output") var report: ReportOptions

  func run() throws {
    try Session.run(to: output) { session in
      let now = try clock.moment()
      let selected = try selection.selection(now: now)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { backup in
        let result = try backup.inspect(selected).orThrow()
        try reportFile.write(whole(result, now: now, isTimed: clock.now != nil), backup)
        try session.console.write(whole(result, now: now), as: report.format)
        let keys = InspectedKeys(result.readable.map(\.result.summary), now: now)
        return selection.status(
          session.conclude(result), afterKeys: keys.total.keys, of: backup, selected, session)
      }
    }
  }

  private func whole(
    _ result: BackupResult<InspectionSummary>, now: UnixMilliseconds, isTimed: Bool = true
  ) -> Report {
    let backup = result.backup
    guard !backup.isSeveral, let found = result.readable.first else {
      return InfoSetReport(result, now: now).report(isTimed: isTimed)
    }
    return InfoReport(found.result, backup.subject(of: found), now: now).report(isTimed: isTimed)
  }
}
