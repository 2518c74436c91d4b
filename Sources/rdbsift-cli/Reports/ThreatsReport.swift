// The `threats` report: findings in file order, then counts.

import ArgumentParser
import Export
import RDB
import RDBSift
import Restore

/// How findings are rendered.
enum ThreatFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case tsv
  case json
}

/// The findings in one file.
struct ThreatsReport {
  let rules: [SignatureRule]
  let found: ThreatSummary
  let dialect: RDBDialect
  let failure: JobFailure?
  let subject: ReportSubject

  init(
    _ rules: [SignatureRule], _ result: SweepResult<ThreatSummary>, _ subject: ReportSubject
  ) {
    self.rules = rules
    found = result.summary
    dialect = result.metadata.dialect
    failure = result.failure
    self.subject = subject
  }

  /// The number of rows shown in text output.
  private static let shownPrefixes = 20
  private static let shownUndecided = 10

  var report: Report {
    let (prefixes, others) = found.prefixes.sorted()
    let counts = countedRules.map(row)
    let more = found.total - UInt64(found.findings.count)
    return Report(
      command: "threats",
      facts: subject.facts + [
        "keys": .count(found.records), "finding_count": .count(found.total),
        "findings": .rows(rows), "by_rule": .rows(counts),
        "by_prefix": .rows(prefixes.map(prefixRow)), "other_prefixes": .count(others),
        "undecided_count": .count(found.undecidedCount),
        "undecided": .rows(found.undecided.map(row)),
        "damaged_values": .count(found.damagedValues),
        "stopped_by": .damage(failure, path: subject.path),
      ],
      sections: found.findings.map(detail) + [
        .lines(more > 0 ? ["… \(Formatting.count(more)) more"] : []), .table(counts),
        .table(shown(prefixes, others)), .lines(lines),
      ], status: found.isEmpty ? .done : .finding)
  }

  // MARK: Findings

  /// The columns of a finding: its members, and the names of tab-separated values.
  fileprivate static let columns:
    [(name: StaticString, value: @Sendable (ThreatFinding, SignatureRule, String?) -> Value)] = [
      ("severity", { _, rule, _ in .text(rule.severity.name) }),
      ("rule", { _, rule, _ in .text(rule.id) }),
      ("where", { finding, _, _ in .text(finding.place.names.joined(separator: "+")) }),
      ("db", { finding, _, _ in .number(finding.record?.database) }),
      ("name", { finding, _, _ in .key(finding.name) }),
      ("type", { _, _, type in .text(type) }),
      ("part", { finding, _, _ in .text(finding.element?.part.rawValue) }),
      ("element", { finding, _, _ in .count(finding.element?.index) }),
      ("entry", { finding, _, _ in .text(finding.element?.entry?.description) }),
      ("offset", { finding, _, _ in .count(finding.offset) }),
      ("exact", { finding, _, _ in .flag(finding.isExact) }),
      ("at", { finding, _, _ in .count(finding.at) }),
      ("length", { finding, _, _ in .count(finding.count) }),
      ("match", { finding, _, _ in .key(finding.excerpt) }),
    ]

  /// A row for each finding that is kept.
  var rows: [Fields] {
    found.findings.map { finding in
      let (rule, type) = (rules[finding.rule], type(of: finding))
      return Fields(ThreatsReport.columns.map { ($0.name, $0.value(finding, rule, type)) })
    }
  }

  private func type(of finding: ThreatFinding) -> String? {
    finding.record.map { $0.type.shape(in: dialect)?.name ?? "?" }
  }

  private func detail(_ finding: ThreatFinding) -> Section {
    let rule = rules[finding.rule]
    return .detail(
      rule.severity.name, rule.severity >= .high ? .red : .yellow,
      "\(rule.id): \(Formatting.key(rule.title.utf8))",
      [
        "in": .textOnly(.text(location(finding))), "at": .textOnly(.text(place(finding))),
        "match": .textOnly(.key(finding.excerpt, width: 100)),
      ])
  }

  private func location(_ finding: ThreatFinding) -> String {
    let name = Formatting.key(finding.name, width: 80)
    guard let record = finding.record else {
      return switch finding.place {
      case .file: "the file's name"
      case .module: "the type of a module, \(name)"
      case .function: "the function library \(name)"
      default: "the AUX field \(name)"
      }
    }
    let key = "\(name), db \(record.database), \(type(of: finding) ?? "?")"
    if finding.place == .key { return "the key \(key)" }
    guard let element = finding.element else { return key }
    let entry = element.entry.map { " of entry \($0.description)" } ?? ""
    return "\(key), \(element.part.rawValue) \(Formatting.count(element.index))\(entry)"
  }

  private func place(_ finding: ThreatFinding) -> String {
    let length = Formatting.count(finding.count, "byte", "bytes")
    let offset = "byte \(Formatting.count(finding.offset)), \(length)"
    if finding.isExact { return offset }
    if finding.place == .file { return length }
    return "byte \(Formatting.count(finding.at)) of the packed data at \(offset)"
  }

  // MARK: Counts

  /// Rules that found anything, the most severe first, then in the order of the pack.
  private var countedRules: [(rule: SignatureRule, count: UInt64)] {
    let counted = zip(rules, found.counts).filter { $0.1 > 0 }.map { (rule: $0.0, count: $0.1) }
    return SignatureRule.Severity.allCases.reversed().flatMap { severity in
      counted.filter { $0.rule.severity == severity }
    }
  }

  private func row(_ rule: SignatureRule, _ count: UInt64) -> Fields {
    [
      "severity": .textOnly(.text(rule.severity.name)), "rule": .text(rule.id).shown,
      "severity": .text(rule.severity.name), "title": .text(rule.title),
      "findings": .textOnly(.count(count)),
      "reference": .foreign(rule.reference, width: .max).shown("reference"),
      "finding_count": .count(count),
    ]
  }

  private func prefixRow(_ prefix: [UInt8], _ count: UInt64) -> Fields {
    let shown: Value = prefix.isEmpty ? .text("(no colon)") : .key(prefix + [0x3a])
    return [
      "prefix": .key(prefix).shown("key prefix", as: shown),
      "finding_count": .count(count).shown("findings"),
    ]
  }

  private func shown(
    _ prefixes: [(prefix: [UInt8], count: UInt64)], _ others: UInt64
  ) -> [Fields] {
    let rows = prefixes.prefix(ThreatsReport.shownPrefixes).map(prefixRow)
    let rest = prefixes.dropFirst(ThreatsReport.shownPrefixes).reduce(others) { $0 + $1.count }
    guard rest > 0, !rows.isEmpty else { return rows }
    return rows + [["": .textOnly(.text("…")), "": .textOnly(.count(rest))]]
  }

  private func row(_ text: UndecidedText) -> Fields {
    ["rule": .text(rules[text.rule].id), "name": .key(text.name), "offset": .count(text.offset)]
  }

  private var lines: [String] {
    var lines = found.undecided.prefix(ThreatsReport.shownUndecided).map { text in
      "\(rules[text.rule].id) exceeded its match limit on \(Formatting.key(text.name, width: 80)) "
        + "at byte \(Formatting.count(text.offset)): whether it matches is unknown"
    }
    if found.damagedValues > 0 {
      lines.append(
        Formatting.count(found.damagedValues, "damaged value was", "damaged values were")
          + " searched as raw bytes; see verify")
    }
    let end = failure == nil ? "" : " before the damage"
    let counts = Report.findings(found.total, in: found.records)
    return lines + ["\(Messages.spelled(subject.path)): \(counts)\(end)"]
  }
}

extension Report {
  /// The report on several files.
  static func threats(_ files: [ThreatsReport], fileCount: Int) -> Report {
    let reports = files.map(\.report)
    let counts = findings(
      files.reduce(0) { $0 + $1.found.total }, in: files.reduce(0) { $0 + $1.found.records })
    let line = "\(Formatting.count(fileCount, "file", "files")): \(counts)"
    return Report("threats", files: reports, [.files(reports), .lines([line])])
  }

  fileprivate static func findings(_ count: UInt64, in keys: UInt64) -> String {
    "\(Formatting.count(count, "finding", "findings")) in \(Formatting.count(keys, "key", "keys"))"
  }
}

extension TSVRenderer {
  /// Findings as lines below a header line; with several files the first column is the file.
  func text(_ reports: [ThreatsReport], ofSeveral: Bool) -> OutputBuffer {
    var output = OutputBuffer(capacity: 1 << 14)
    let names = ThreatsReport.columns.map { Value.text("\($0.name)") }
    append((ofSeveral ? [.text("file")] : []) + names, to: &output)
    for report in reports {
      let file: [Value] = ofSeveral ? [.path(report.subject.path)] : []
      for row in report.rows { append(file + row.list.map(\.value), to: &output) }
    }
    return output
  }
}

extension ThreatSummary {
  /// Whether there are no findings and no rule exceeded its match limit.
  var isEmpty: Bool { total == 0 && undecidedCount == 0 }
}
