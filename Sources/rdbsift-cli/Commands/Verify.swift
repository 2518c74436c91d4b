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
      let now = try clock.moment()
      let selected = try selection.selection(now: now)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { file in
        let screen = VerifyScreen(
          file: file, verification: try verification(of: file, selected), isQuick: quick)
        let status = file.tellOfContainers()
        try reportFile.write(screen.json(), command: "verify", file)
        let other = try screen.tell(session, as: report.format)
        return selection.status(
          other == .done ? status : other, afterKeys: screen.verification.found.records, session)
      } set: {
        try verify($0, selected)
      }
    }
  }

  /// What is found in a file.
  func verification(of file: OpenFile, _ selected: Selection) throws -> Verification {
    if quick {
      let surveyed = try file.survey(label: "verifying", now: UnixMilliseconds(0))
      return try file.withFailures { () throws(JobFailure) in try Verification(quick: surveyed) }
    }
    return try file.withBytes { bytes in
      try file.run(bytes, label: "verifying") { (options) throws(JobFailure) in
        try Verification(bytes, selected, isWhole: selection.isEmpty, options: options)
      }
    }
  }
}
