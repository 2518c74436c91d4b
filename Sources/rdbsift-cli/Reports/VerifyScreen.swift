// What `verify` says: every finding, then the checksum, then one line with the verdict. What the
// checksum and the findings mean together is said in words, for neither means much alone.

import RDB
import RDBSift

/// What a verification says.
struct VerifyScreen {
  let file: OpenFile
  let verification: Verification
  let isQuick: Bool

  private var found: VerificationSummary { verification.found }
  private var checksum: ChecksumState { verification.checksum }
  private var isWhole: Bool { verification.stop == nil }
  private var findings: FindingList { found.findings }
  private var errors: UInt64 { findings.count(.error) }
  private var warnings: UInt64 { findings.count(.warning) }

  private var isWrong: Bool {
    if case .wrong = checksum { return true }
    return false
  }

  /// Errors of the structure: all but a wrong checksum.
  private var brokenParts: UInt64 { errors - (isWrong ? 1 : 0) }

  private var verdict: String {
    errors > 0 ? "damaged" : warnings > 0 ? "doubtful" : "sound"
  }

  func tell(_ session: Session, as format: ReportFormat) throws -> ExitStatus {
    file.warn(ofNewer: verification.facts.header)
    switch format {
    case .text: try session.console.write(text())
    case .json: try session.console.write(json())
    }
    return status
  }

  /// What follows from the findings.
  var status: ExitStatus { errors + warnings > 0 ? .finding : .done }

  func text() -> String {
    var lines = findings.kept.map { FindingText.line($0, path: file.path) }
    if findings.isCut {
      let more = findings.count - UInt64(findings.kept.count)
      lines.append("\(HumanText.count(more)) more findings")
    }
    lines.append("checksum: \(ChecksumText.spelled(checksum, isWhole: isWhole))")
    if let meaning { lines.append(meaning) }
    if found.unopened > 0 {
      lines.append(
        "\(HumanText.count(found.unopened, "value", "values")) of a type that is only stepped over")
    }
    let keys = HumanText.count(found.records, "key", "keys")
    let counts = [(errors, "error", "errors"), (warnings, "warning", "warnings")]
      .filter { $0.0 > 0 }.map { ", \(HumanText.count($0.0, $0.1, $0.2))" }.joined()
    lines.append(
      "\(Messages.spelled(file.path)): \(verdict), \(keys)\(isWhole ? "" : " before it")\(counts)")
    if !isWhole {
      lines.append("what stands behind the damage: rdbsift salvage \(Messages.spelled(file.path))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the checksum and the findings mean together.
  private var meaning: String? {
    switch checksum {
    case .wrong where brokenParts == 0:
      isQuick
        ? "every record can be told apart: some byte inside one is not what was written"
        : "the structure is sound: some byte of a key, a value or an expiry is not what was written, "
          + "and nothing tells which"
    case .right where brokenParts > 0:
      "the checksum is right: the file was written with this damage, by a server that had it or by "
        + "somebody who made it"
    default: nil
    }
  }

  func json() -> JSONValue {
    .object([
      "file": .text(file.path), "size": .count(file.size),
      "sha256": file.sha256,
      "verdict": .text(verdict), "quick": .bool(isQuick),
      "keys": .count(found.records), "elements": isQuick ? .null : .count(found.elements),
      "stepped_over": isQuick ? .null : .count(found.unopened),
      "checksum": ChecksumText.json(checksum, isWhole: isWhole),
      "meaning": .optional(meaning) { .text($0) },
      "trailing_bytes": .count(verification.trailing),
      "errors": .count(errors), "warnings": .count(warnings),
      "notes": .count(findings.count(.note)), "finding_count": .count(findings.count),
      "findings": .array(findings.kept.map { FindingText.json($0, path: file.path) }),
      "stopped_by": .optional(verification.stop) { DamageText.json($0, path: file.path) },
    ])
  }
}
