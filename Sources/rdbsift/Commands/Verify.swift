import ArgumentParser
import Pipeline
import RDB
import Restore
import Storage

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
  @OptionGroup var clock: NowOption

  @Flag(help: "Only the checksum and the extent of each record.")
  var quick = false

  @OptionGroup var report: ReportOptions

  func run() throws {
    try Session.run { session in
      if quick, !selection.isEmpty {
        throw Misuse("--quick steps over every record; leave out what selects some")
      }
      let selected = try selection.selection(now: try clock.moment())
      return try source.withInput(session) { file in
        var verification = VerificationSummary()
        let result: SweepEnd
        if quick {
          let swept = try file.sweep(label: "verifying", into: PartOutput { _ in }) {
            () throws(JobFailure) in CountingWorker()
          }
          verification.records = swept.summaries.reduce(0, +)
          result = SweepEnd(swept)
        } else {
          let swept = try file.sweep(label: "verifying", into: PartOutput { _ in }) {
            () throws(JobFailure) in VerificationWorker(selected)
          }
          for other in swept.summaries { verification.merge(other) }
          result = SweepEnd(swept)
        }
        let screen = VerifyScreen(file: file, end: result, found: verification, isQuick: quick)
        return try screen.tell(session, as: report.format)
      }
    }
  }
}

/// What a sweep found beside what its workers did.
private struct SweepEnd {
  let header: RDBHeader
  let checksum: ChecksumState
  let trailing: Int
  let failure: JobFailure?
  let interruption: InputError?
  let remarks: [InputRemark]

  init<Summary>(_ result: SweepResult<Summary>) {
    header = result.facts.header
    checksum = result.checksum
    trailing = result.trailing
    failure = result.failure
    interruption = result.interruption
    remarks = result.remarks
  }
}

/// What a verification says.
private struct VerifyScreen {
  let file: OpenFile
  let end: SweepEnd
  let found: VerificationSummary
  let isQuick: Bool

  private var isWhole: Bool { end.failure == nil }

  private var isDamaged: Bool {
    if case .wrong = end.checksum { return true }
    return found.findingCount > 0 || !isWhole || end.interruption != nil
  }

  /// What is wrong with the containers.
  private var containers: String? {
    guard case .container(let error)? = end.interruption else { return nil }
    return Messages.text(error, path: file.path)
  }

  func tell(_ session: Session, as format: ReportFormat) throws -> ExitStatus {
    file.warn(ofNewer: end.header)
    file.tell(end.remarks)
    if let failure = end.failure {
      guard case .damage = failure else { throw FileFailure(failure: failure, path: file.path) }
    }
    if case .system(let error)? = end.interruption { throw error }
    switch format {
    case .text: try session.console.write(text())
    case .json: try session.console.write(json())
    }
    return isDamaged ? .finding : .done
  }

  private func text() -> String {
    var lines = found.findings.map { Messages.text($0, path: file.path) }
    let more = found.findingCount - UInt64(found.findings.count)
    if more > 0 { lines.append("\(HumanText.count(more)) more findings") }
    if case .damage(let damage)? = end.failure {
      lines.append(Messages.text(damage, path: file.path))
    }
    if let containers { lines.append(containers) }
    lines.append("checksum: \(ChecksumText.spelled(end.checksum, isWhole: isWhole))")
    if end.trailing > 0 {
      lines.append(
        "\(HumanText.count(end.trailing, "byte", "bytes")) behind the end of the file proper; "
          + "servers ignore them")
    }
    if found.unopened > 0 {
      lines.append(
        "\(HumanText.count(found.unopened, "value", "values")) of a type that is only stepped over")
    }
    let verdict = isDamaged ? "damaged" : "sound"
    let keys = HumanText.count(found.records, "key", "keys")
    lines.append(
      "\(Messages.spelled(file.path)): \(verdict), \(keys)\(isWhole ? "" : " before it")")
    return lines.joined(separator: "\n") + "\n"
  }

  private func json() -> JSONValue {
    .object([
      "file": .text(file.path), "size": .count(file.size),
      "verdict": .text(isDamaged ? "damaged" : "sound"), "quick": .bool(isQuick),
      "keys": .count(found.records), "elements": isQuick ? .null : .count(found.elements),
      "stepped_over": isQuick ? .null : .count(found.unopened),
      "checksum": ChecksumText.json(end.checksum, isWhole: isWhole),
      "trailing_bytes": .count(end.trailing), "finding_count": .count(found.findingCount),
      "findings": .array(found.findings.map { DamageText.json($0, path: file.path) }),
      "stopped_by": DamageText.json(end.failure, path: file.path),
      "container": .optional(containers) { .text($0) },
    ])
  }
}
