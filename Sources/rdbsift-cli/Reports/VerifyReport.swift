// What `verify` reports: every finding, then the checksum, then one line with the verdict. What the
// checksum and the findings mean together is said in words, for neither means much alone.

import RDB
import RDBSift

/// What a verification found in a file.
struct VerifyReport {
  let verification: Verification
  let isQuick: Bool
  let subject: ReportSubject

  private var found: VerificationSummary { verification.found }
  private var checksum: ChecksumState { verification.checksum }
  private var isWhole: Bool { verification.stop == nil }
  private var findings: FindingList { found.findings }
  private var errors: UInt64 { findings.count(.error) }
  private var warnings: UInt64 { findings.count(.warning) }
  private var words: FindingWords { FindingWords(path: subject.path) }

  private var verdict: String {
    errors > 0 ? "damaged" : warnings > 0 ? "doubtful" : "sound"
  }

  /// Errors of the structure: all but a wrong checksum.
  private var structuralErrors: UInt64 {
    if case .wrong = checksum { return errors - 1 }
    return errors
  }

  var report: Report {
    Report(
      command: "verify",
      facts: subject.facts + [
        "verdict": .text(verdict), "quick": .flag(isQuick), "keys": .count(found.records),
        "elements": isQuick ? .null : .count(found.elements),
        "stepped_over": isQuick ? .null : .count(found.unopened),
        "checksum": .checksum(checksum, isWhole: isWhole).dataOnly, "meaning": .text(meaning),
        "trailing_bytes": .bytes(verification.trailing), "errors": .count(errors),
        "warnings": .count(warnings), "notes": .count(findings.count(.note)),
        "finding_count": .count(findings.count), "findings": .rows(findings.kept.map(words.row)),
        "stopped_by": .damage(verification.stop.map { .damage($0) }, path: subject.path),
      ],
      sections: [.lines(lines)], status: errors + warnings > 0 ? .finding : .done)
  }

  private var lines: [String] {
    var lines = findings.kept.map(words.line)
    if findings.isCut {
      let more = findings.count - UInt64(findings.kept.count)
      lines.append("\(Formatting.count(more)) more findings")
    }
    lines.append("checksum: \(ChecksumWords.long(checksum, isWhole: isWhole))")
    if let meaning { lines.append(meaning) }
    if found.unopened > 0 {
      let values = Formatting.count(found.unopened, "value", "values")
      lines.append("\(values) of a type that is only stepped over")
    }
    lines.append(summary)
    if !isWhole {
      lines.append(
        "what stands behind the damage: rdbsift salvage \(Messages.spelled(subject.path))")
    }
    return lines
  }

  private var summary: String {
    let keys = Formatting.count(found.records, "key", "keys")
    let counts = [(errors, "error", "errors"), (warnings, "warning", "warnings")]
      .filter { $0.0 > 0 }.map { ", \(Formatting.count($0.0, $0.1, $0.2))" }.joined()
    return "\(Messages.spelled(subject.path)): \(verdict), \(keys)\(isWhole ? "" : " before it")"
      + counts
  }

  /// What the checksum and the findings mean together.
  private var meaning: String? {
    switch checksum {
    case .wrong where structuralErrors == 0:
      isQuick
        ? "every record can be told apart: some byte inside one is not what was written"
        : "the structure is sound: some byte of a key, a value or an expiry is not what was written, "
          + "and nothing tells which"
    case .right where structuralErrors > 0:
      "the checksum is right: the file was written with this damage, by a server that had it or by "
        + "somebody who made it"
    default: nil
    }
  }
}

extension Report {
  /// What `verify` found in several files, and, unless it was quick, in their keys together.
  static func verify(
    _ files: [Report], _ result: BackupResult<Verification>, isQuick: Bool
  ) -> Report {
    let set = isQuick ? nil : SetReport(result)
    let fileCount = result.backup.files.count
    let keys = result.readable.reduce(0) { $0 + $1.result.summary.found.records }
    let bad = fileCount - files.filter { $0.status == .done }.count
    var parts = [
      bad == 0 ? "all sound" : "\(Formatting.count(bad)) not sound",
      Formatting.count(keys, "key", "keys"),
    ]
    if let shared = set?.sharedKeys.count {
      parts.append(shared == 0 ? "none in two files" : "\(Formatting.count(shared)) in two files")
    }
    let verdict =
      "\(Formatting.count(fileCount, "file", "files")): \(parts.joined(separator: ", "))"
    var report = Report("verify", files: files, files.flatMap(\.sections) + [.lines([verdict])])
    report.facts = report.facts + ["set": set.map { .object($0.fields) } ?? .null]
    return report
  }
}
