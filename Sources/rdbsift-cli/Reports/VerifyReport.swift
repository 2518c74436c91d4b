// The `verify` report: findings, the checksum, what both mean together, and the verdict.

import RDB
import RDBSift

/// The result of a verification of one file.
struct VerifyReport {
  let verification: Verification
  let isQuick: Bool
  let subject: ReportSubject
  /// Whether text output lists each finding, and not many of one rule as one line.
  var listsAll = false

  /// Findings of one rule that are listed one by one.
  private static let listed = 3

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

  /// Structural errors: all errors except a checksum mismatch.
  private var structuralErrors: UInt64 {
    if case .mismatch = checksum { return errors - 1 }
    return errors
  }

  var report: Report {
    Report(
      command: "verify",
      facts: subject.facts + [
        "verdict": .text(verdict), "quick": .flag(isQuick), "keys": .count(found.records),
        "elements": isQuick ? .null : .count(found.elements),
        "skipped_values": isQuick ? .null : .count(found.undecoded),
        "checksum": .checksum(checksum, isWhole: isWhole).dataOnly, "meaning": .text(meaning),
        "trailing_bytes": .bytes(verification.trailing), "errors": .count(errors),
        "warnings": .count(warnings), "notes": .count(findings.count(.note)),
        "finding_count": .count(findings.count), "by_rule": .rows(findings.byRule.map(row)),
        "findings": .rows(findings.kept.map(words.row)),
        "duplicates_complete": isQuick ? .null : .flag(!verification.hasMoreDuplicates),
        "stopped_by": .damage(verification.stop.map { .damage($0) }, path: subject.path),
      ],
      sections: [.lines(lines)], status: errors + warnings > 0 ? .finding : .done)
  }

  private var lines: [String] {
    var lines = findings.kept.isEmpty ? [] : listsAll ? allLines : groupedLines
    if verification.hasMoreDuplicates {
      lines.append("there are more duplicate keys: the search ends after 65,536 records")
    }
    lines.append("checksum: \(ChecksumWords.long(checksum, isWhole: isWhole))")
    if let meaning { lines.append(meaning) }
    if found.undecoded > 0 {
      let values = Formatting.count(found.undecoded, "value", "values")
      lines.append("\(values) skipped (not decoded)")
    }
    lines.append(summary)
    if !isWhole {
      lines.append(Messages.recovery(of: subject.path))
    }
    return lines
  }

  private func row(_ group: FindingList.Group) -> Fields {
    [
      "severity": .text("\(group.severity)"), "rule": .text(group.rule),
      "finding_count": .count(group.count),
    ]
  }

  /// A line for each finding.
  private var allLines: [String] {
    let kept = findings.kept
    let more = findings.count - UInt64(kept.count)
    return kept.map(words.line)
      + (more > 0 ? ["\(Formatting.count(more, "more finding", "more findings"))"] : [])
  }

  /// A line for each finding, or for all of a rule that has many, at the first of them.
  private var groupedLines: [String] {
    findings.byRule.flatMap { group -> [(finding: Finding, line: String)] in
      guard group.count > VerifyReport.listed else {
        return group.kept.map { ($0, words.line($0)) }
      }
      let count = Formatting.count(group.count, "finding", "findings")
      let line = words.line(group.kept[0])
      return [(group.kept[0], "\(line) (the first of \(count) of this rule; --all lists them)")]
    }.sorted { ($0.finding.start, $0.finding.offset) < ($1.finding.start, $1.finding.offset) }
      .map(\.line)
  }

  private var summary: String {
    let keys = Formatting.count(found.records, "key", "keys")
    let counts = [(errors, "error", "errors"), (warnings, "warning", "warnings")]
      .filter { $0.0 > 0 }.map { ", \(Formatting.count($0.0, $0.1, $0.2))" }.joined()
    let place = isWhole ? "" : " before the damage"
    return "\(Messages.spelled(subject.path)): \(verdict), \(keys)\(place)\(counts)"
  }

  /// What the checksum and the findings mean in combination.
  private var meaning: String? {
    switch checksum {
    case .mismatch where structuralErrors == 0:
      isQuick
        ? "record boundaries are intact: a byte inside a record has changed"
        : "the structure is valid: a byte of a key, value or expiry has changed, and the checksum "
          + "cannot tell which"
    case .valid where structuralErrors > 0:
      "the checksum is valid: the file was written with this damage, by a faulty server or on "
        + "purpose"
    default: nil
    }
  }
}

extension Report {
  /// The report on several files and, unless it was quick, on keys that are in two of them.
  static func verify(
    _ files: [Report], _ result: BackupResult<Verification>, comparesFiles: Bool
  ) -> Report {
    let set = comparesFiles ? SetReport(result) : nil
    let fileCount = result.backup.files.count
    let keys = result.readable.reduce(0) { $0 + $1.result.summary.found.records }
    let bad = fileCount - files.filter { $0.status == .done }.count
    var parts = [
      bad == 0 ? "all sound" : "\(Formatting.count(bad)) not sound",
      Formatting.count(keys, "key", "keys"),
    ]
    if let shared = set?.sharedKeys.count {
      let number = shared == 0 ? "no key" : Formatting.count(shared, "key", "keys")
      parts.append("\(number) in two files")
    }
    let verdict =
      "\(Formatting.count(fileCount, "file", "files")): \(parts.joined(separator: ", "))"
    var report = Report("verify", files: files, files.flatMap(\.sections) + [.lines([verdict])])
    report.facts = report.facts + ["set": set.map { .object($0.fields) } ?? .null]
    return report
  }
}
