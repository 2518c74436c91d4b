import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// Says what is in a file.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is in a file: server, databases, types, expiries, checksum.",
    discussion: """
      Elements that only decoding would tell are counted as ?; ≥ means that some of them are.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption
  @OptionGroup var reportFile: ReportFileOptions
  @OptionGroup var report: ReportOptions

  func run() throws {
    try Session.run { session in
      let now = try clock.moment()
      let selected = try selection.selection(now: now)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { file in
        let result =
          selection.isEmpty
          ? try file.survey(label: "reading", now: now).mapSummaries(InspectionSummary.init)
          : try file.sweep(label: "reading", into: PartOutput { _ in }) {
            () throws(JobFailure) in InspectionWorker(selected)
          }
        let screen = InfoScreen(console: session.console, file: file, now: now, result)
        try reportFile.write(
          screen.json(isTimed: clock.now != nil), command: "info", file)
        switch report.format {
        case .text: try session.console.write(screen.text())
        case .json: try session.console.write(screen.json())
        }
        return selection.status(
          try file.conclude(result), afterKeys: screen.total.keys, session)
      } set: {
        try report($0, now: now, selected)
      }
    }
  }
}
