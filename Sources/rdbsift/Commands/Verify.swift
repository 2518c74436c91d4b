import ArgumentParser
import Pipeline
import RDB
import Restore

/// Checks a file.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a file's checksum and the structure of every value.",
    discussion: """
      Every record is walked and every packed structure read to its last byte. With --quick values \
      are only stepped over. Exit status 0: sound; 1: damaged, or the checksum is wrong; 2: not a \
      file that can be read.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions

  @Flag(help: "Only the checksum and the extent of each record.")
  var quick = false

  func run() throws {
    try Session.run { session in
      let selected = try selection.selection(now: UnixMilliseconds(Clock.nowMilliseconds()))
      return try source.withFile(session) { file, bytes in
        let report = VerifyReport(session: session, path: file.path)
        if quick {
          let result = try file.sweep(bytes, label: "verifying", into: PartOutput { _ in }) {
            () throws(JobFailure) in CountingWorker()
          }
          return try report.tell(
            result, records: result.summaries.reduce(0, +), findings: [], findingCount: 0)
        }
        let result = try file.sweep(bytes, label: "verifying", into: PartOutput { _ in }) {
          () throws(JobFailure) in VerificationWorker(selected)
        }
        var summary = VerificationSummary()
        for other in result.summaries { summary.merge(other) }
        return try report.tell(
          result, records: summary.records, findings: summary.findings,
          findingCount: summary.findingCount)
      }
    }
  }
}

/// What a verification says.
private struct VerifyReport {
  let session: Session
  let path: String

  func tell<Summary>(
    _ result: SweepResult<Summary>, records: UInt64, findings: [Damage], findingCount: UInt64
  ) throws -> ExitStatus {
    for finding in findings { try session.console.write(line: Messages.text(finding, path: path)) }
    let more = findingCount - UInt64(findings.count)
    if more > 0 { try session.console.write(line: "\(HumanText.count(more)) more findings") }
    if case .damage(let damage)? = result.failure {
      try session.console.write(line: Messages.text(damage, path: path))
    } else if let failure = result.failure {
      throw FileFailure(failure: failure, path: path)
    }
    try session.console.write(line: "checksum: \(text(result.checksum))")
    if result.trailing > 0 {
      try session.console.write(
        line: "\(HumanText.count(result.trailing, "byte", "bytes")) behind the end of the file "
          + "proper; servers ignore them")
    }
    let damaged = findingCount > 0 || result.failure != nil || isWrong(result.checksum)
    let verdict = damaged ? "damaged" : "sound"
    try session.console.write(
      line: "\(Messages.spelled(path)): \(verdict), \(HumanText.count(records, "key", "keys"))")
    return damaged ? .finding : .done
  }

  private func isWrong(_ state: ChecksumState) -> Bool {
    if case .wrong = state { return true }
    return false
  }

  private func text(_ state: ChecksumState) -> String { ChecksumText.spelled(state) }
}

/// The state of a checksum in words.
enum ChecksumText {
  static func spelled(_ state: ChecksumState) -> String {
    switch state {
    case .right(let sum): "right (\(hexadecimal(sum)))"
    case .wrong(let stored, let computed):
      "wrong (the file says \(hexadecimal(stored)), its bytes make \(hexadecimal(computed)))"
    case .off: "switched off when the file was written"
    case .none: "none, as before RDB version 5"
    case .unchecked: "not checked"
    }
  }
}
