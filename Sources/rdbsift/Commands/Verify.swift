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
      let now = try clock.moment()
      let selected = try selection.selection(now: now)
      return try source.withInput(session) { file in
        let label = "verifying"
        let result =
          quick
          ? try file.survey(label: label, now: now).mapSummaries(VerificationSummary.init)
          : try file.sweep(label: label, into: PartOutput { _ in }) {
            () throws(JobFailure) in VerificationWorker(selected)
          }
        return try VerifyScreen(file: file, result, isQuick: quick).tell(session, as: report.format)
      }
    }
  }
}

/// What a verification says.
private struct VerifyScreen {
  let file: OpenFile
  let header: RDBHeader
  let checksum: ChecksumState
  let trailing: Int
  let failure: JobFailure?
  let interruption: InputError?
  let remarks: [InputRemark]
  let found: VerificationSummary
  let isQuick: Bool

  init(file: OpenFile, _ result: SweepResult<VerificationSummary>, isQuick: Bool) {
    self.file = file
    header = result.facts.header
    checksum = result.checksum
    trailing = result.trailing
    failure = result.failure
    interruption = result.interruption
    remarks = result.remarks
    var found = VerificationSummary()
    for other in result.summaries { found.merge(other) }
    self.found = found
    self.isQuick = isQuick
  }

  private var isWhole: Bool { failure == nil }

  private var isDamaged: Bool {
    if case .wrong = checksum { return true }
    return found.findingCount > 0 || !isWhole || interruption != nil
  }

  /// What is wrong with the containers.
  private var containers: String? {
    guard case .container(let error)? = interruption else { return nil }
    return Messages.text(error, path: file.path)
  }

  func tell(_ session: Session, as format: ReportFormat) throws -> ExitStatus {
    file.warn(ofNewer: header)
    file.tell(remarks)
    if let failure {
      guard case .damage = failure else { throw FileFailure(failure: failure, path: file.path) }
    }
    if case .system(let error)? = interruption { throw error }
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
    if case .damage(let damage)? = failure {
      lines.append(Messages.text(damage, path: file.path))
    }
    if let containers { lines.append(containers) }
    lines.append("checksum: \(ChecksumText.spelled(checksum, isWhole: isWhole))")
    if trailing > 0 {
      lines.append(
        "\(HumanText.count(trailing, "byte", "bytes")) behind the end of the file proper; "
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
      "checksum": ChecksumText.json(checksum, isWhole: isWhole),
      "trailing_bytes": .count(trailing), "finding_count": .count(found.findingCount),
      "findings": .array(found.findings.map { DamageText.json($0, path: file.path) }),
      "stopped_by": DamageText.json(failure, path: file.path),
      "container": .optional(containers) { .text($0) },
    ])
  }
}
