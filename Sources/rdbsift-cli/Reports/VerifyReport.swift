// The `verify` report: findings, the checksum, what both mean together, and the verdict.

import RDB
import RDBSift

/// The result of a verification of one file, or of one log.
struct VerifyReport {
  /// What was found in the RDB file; nil for a log without one.
  let verification: Verification?
  /// What was found in the log, if it is one.
  var log: LogVerification?
  let isQuick: Bool
  let subject: ReportSubject
  /// Whether text output lists each finding, and not many of one rule as one line.
  var listsAll = false

  /// Findings of one rule that are listed one by one.
  private static let listed = 3

  private var found: VerificationSummary { verification?.found ?? VerificationSummary() }
  private var checksum: ChecksumState { verification?.checksum ?? .none }
  private var isWhole: Bool { verification?.stop == nil }
  private var findings: FindingList { log?.findings ?? found.findings }
  private var hasMoreDuplicates: Bool { verification?.hasMoreDuplicates ?? false }
  private var errors: UInt64 { findings.count(.error) }
  private var warnings: UInt64 { findings.count(.warning) }
  private var words: FindingWords { FindingWords(path: subject.path) }

  private var verdict: String {
    errors > 0 ? "damaged" : warnings > 0 ? "doubtful" : "sound"
  }

  /// Structural errors of the RDB file: all errors except a checksum mismatch.
  private var structuralErrors: UInt64 {
    let errors = found.findings.count(.error)
    if case .mismatch = checksum { return errors - 1 }
    return errors
  }

  var report: Report {
    let ofLog: Fields = log.map(fields) ?? [:]
    return Report(
      command: "verify",
      facts: subject.facts + [
        "verdict": .text(verdict), "quick": .flag(isQuick), "keys": .count(found.records),
        "elements": isQuick ? .null : .count(found.elements),
        "skipped_values": isQuick ? .null : .count(found.undecoded),
        "checksum": verification == nil
          ? .null : .checksum(checksum, isWhole: isWhole).dataOnly,
        "meaning": .text(meaning),
        "trailing_bytes": .bytes(log == nil ? verification?.trailing ?? 0 : 0),
        "errors": .count(errors),
        "warnings": .count(warnings), "notes": .count(findings.count(.note)),
        "finding_count": .count(findings.count), "by_rule": .rows(findings.byRule.map(row)),
        "findings": .rows(findings.kept.map(words.row)),
        "duplicates_complete": isQuick ? .null : .flag(!hasMoreDuplicates),
        "stopped_by": .damage(verification?.stop.map { .damage($0) }, path: rdbPath),
      ] + ofLog,
      sections: [.lines(lines)], status: errors + warnings > 0 ? .finding : .done)
  }

  private var lines: [String] {
    var lines = findings.kept.isEmpty ? [] : listsAll ? allLines : groupedLines
    if hasMoreDuplicates {
      lines.append("there are more duplicate keys: the search ends after 65,536 records")
    }
    if verification != nil {
      lines.append("checksum: \(ChecksumWords.long(checksum, isWhole: isWhole))")
    }
    if let meaning { lines.append(meaning) }
    if found.undecoded > 0 {
      let values = Formatting.count(found.undecoded, "value", "values")
      lines.append("\(values) skipped (not decoded)")
    }
    lines.append(summary)
    if !isWhole {
      lines.append(Messages.recovery(of: rdbPath))
    } else if log?.hasHoles ?? false {
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

  /// The path of the RDB file.
  private var rdbPath: String { log?.log.parts[0].file.name ?? subject.path }

  /// Facts that only logs have.
  private func fields(of log: LogVerification) -> Fields {
    let files: [Fields] = zip(log.log.allParts, log.commands).map { part, commands in
      [
        "file": .path(part.name), "size": .bytes(part.file.packedSize),
        "commands": .count(commands),
      ]
    }
    return [
      "commands": .count(log.commands.reduce(0, +)), "log_files": .rows(files),
    ]
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
    }.sorted { FindingList.isBefore($0.finding, $1.finding) }.map(\.line)
  }

  private var summary: String {
    var contents = Formatting.count(found.records, "key", "keys")
    if let log {
      let commands = Formatting.count(log.commands.reduce(0, +), "command", "commands")
      contents = verification == nil ? commands : "\(contents) in the base, \(commands)"
    }
    let counts = [(errors, "error", "errors"), (warnings, "warning", "warnings")]
      .filter { $0.0 > 0 }.map { ", \(Formatting.count($0.0, $0.1, $0.2))" }.joined()
    let place = isWhole ? "" : " before the damage"
    return "\(Messages.spelled(subject.path)): \(verdict), \(contents)\(place)\(counts)"
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
    let fileCount = result.backup.entries.count
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
