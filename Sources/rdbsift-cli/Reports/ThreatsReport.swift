// What `threats` reports: findings in the file's order, then counts.

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

/// What a search found in a file.
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

  /// What people see at most.
  private static let shownPrefixes = 20
  private static let shownUndecided = 10

  var report: Report {
    let (prefixes, others) = found.prefixes.sorted()
    let counts = countedRules.map(row)
    let more = found.total - UInt64(found.findings.count)
    return Report(
      command: "threats",
      facts: subject.fields + [
        Field("keys", .count(found.records)), Field("finding_count", .count(found.total)),
        Field("findings", .rows(rows)), Field("by_rule", .rows(counts)),
        Field("by_prefix", .rows(prefixes.map(prefixRow))),
        Field("other_prefixes", .count(others)),
        Field("undecided_count", .count(found.undecidedCount)),
        Field("undecided", .rows(found.undecided.map(row))),
        Field("damaged_values", .count(found.damagedValues)),
        Field("stopped_by", .damage(failure, path: subject.path)),
      ],
      sections: found.findings.map { .detail(detail($0)) } + [
        .lines(more > 0 ? ["… \(Formatting.count(more)) more"] : []), .table(counts),
        .table(shown(prefixes, others)), .lines(lines),
      ], status: found.isEmpty ? .done : .finding)
  }

  // MARK: Findings

  /// The columns of a finding: its members, and the titles of tab-separated lines.
  private static let columns:
    [(name: StaticString, value: @Sendable (ThreatFinding, ThreatsReport) -> Value)] = [
      ("severity", { .text($1.rules[$0.rule].severity.name) }),
      ("rule", { .text($1.rules[$0.rule].id) }),
      ("where", { finding, _ in .text(finding.place.names.joined(separator: "+")) }),
      ("db", { finding, _ in .optional(finding.record) { .number($0.database) } }),
      ("name", { finding, _ in .key(finding.name) }),
      ("type", { finding, report in .optional(report.type(of: finding)) { .text($0) } }),
      ("part", { finding, _ in .optional(finding.element) { .text($0.part.rawValue) } }),
      ("element", { finding, _ in .optional(finding.element) { .count($0.index) } }),
      ("entry", { finding, _ in .optional(finding.element?.entry) { .text($0.description) } }),
      ("offset", { finding, _ in .count(finding.offset) }),
      ("exact", { finding, _ in .flag(finding.isExact) }),
      ("at", { finding, _ in .count(finding.at) }),
      ("length", { finding, _ in .count(finding.count) }),
      ("match", { finding, _ in .key(finding.excerpt) }),
    ]

  /// The names of the columns of findings.
  static var columnNames: [StaticString] { columns.map(\.name) }

  /// A row for each finding that is kept.
  var rows: [[Field]] {
    found.findings.map { finding in
      ThreatsReport.columns.map { Field($0.name, $0.value(finding, self)) }
    }
  }

  private func type(of finding: ThreatFinding) -> String? {
    finding.record.map { $0.type.shape(in: dialect)?.name ?? "?" }
  }

  private func detail(_ finding: ThreatFinding) -> Detail {
    let rule = rules[finding.rule]
    return Detail(
      mark: rule.severity.name, style: rule.severity >= .high ? .red : .yellow,
      headline: "\(rule.id): \(Formatting.key(rule.title.utf8))",
      facts: [
        Field(title: "in", .text(location(finding))), Field(title: "at", .text(place(finding))),
        Field(title: "match", .key(finding.excerpt, width: 100)),
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
    return "byte \(Formatting.count(finding.at)) of what is packed at \(offset)"
  }

  // MARK: Counts

  /// Rules that found anything, the most severe first, then in the order of the pack.
  private var countedRules: [(rule: SignatureRule, count: UInt64)] {
    let counted = zip(rules, found.counts).filter { $0.1 > 0 }.map { (rule: $0.0, count: $0.1) }
    return SignatureRule.Severity.allCases.reversed().flatMap { severity in
      counted.filter { $0.rule.severity == severity }
    }
  }

  private func row(_ rule: SignatureRule, _ count: UInt64) -> [Field] {
    let severity = Value.text(rule.severity.name)
    return [
      Field(title: "severity", severity), Field("rule", title: "rule", .text(rule.id)),
      Field("severity", severity), Field("title", .text(rule.title)),
      Field(title: "findings", .count(count)),
      Field(
        "reference", title: "read more", .key(Array(rule.reference.utf8), width: .max)),
      Field("findings", .count(count)),
    ]
  }

  private func prefixRow(_ prefix: [UInt8], _ count: UInt64) -> [Field] {
    let title = "keys that begin with"
    let shown: Value = prefix.isEmpty ? .text("(no colon)") : .key(prefix + [0x3a])
    return [
      Field("prefix", title: title, .key(prefix), shown: shown),
      Field("findings", title: "findings", .count(count)),
    ]
  }

  private func shown(
    _ prefixes: [(prefix: [UInt8], count: UInt64)], _ others: UInt64
  ) -> [[Field]] {
    let rows = prefixes.prefix(ThreatsReport.shownPrefixes).map(prefixRow)
    let rest = prefixes.dropFirst(ThreatsReport.shownPrefixes).reduce(others) { $0 + $1.count }
    guard rest > 0, !rows.isEmpty else { return rows }
    return rows + [[Field(title: "", .text("…")), Field(title: "", .count(rest))]]
  }

  private func row(_ text: UndecidedText) -> [Field] {
    [
      Field("rule", .text(rules[text.rule].id)), Field("name", .key(text.name)),
      Field("offset", .count(text.offset)),
    ]
  }

  private var lines: [String] {
    var lines = found.undecided.prefix(ThreatsReport.shownUndecided).map { text in
      "\(rules[text.rule].id) gave up on \(Formatting.key(text.name, width: 80)) at byte "
        + "\(Formatting.count(text.offset)): whether it is there is not known"
    }
    if found.damagedValues > 0 {
      lines.append(
        "\(Formatting.count(found.damagedValues, "value is", "values are")) damaged and was "
          + "searched as it stands in the file; see verify")
    }
    let end = failure == nil ? "" : ", as far as the file could be read"
    let counts = Report.findings(found.total, in: found.records)
    return lines + ["\(Messages.spelled(subject.path)): \(counts)\(end)"]
  }
}

extension Report {
  /// What was found in several files.
  static func threats(_ files: [ThreatsReport], fileCount: Int) -> Report {
    let reports = files.map(\.report)
    let counts = findings(
      files.reduce(0) { $0 + $1.found.total }, in: files.reduce(0) { $0 + $1.found.records })
    var report = Report("threats", files: reports)
    report.sections = [
      .files(reports), .lines(["\(Formatting.count(fileCount, "file", "files")): \(counts)"]),
    ]
    return report
  }

  fileprivate static func findings(_ count: UInt64, in keys: UInt64) -> String {
    "\(Formatting.count(count, "finding", "findings")) in \(Formatting.count(keys, "key", "keys"))"
  }
}

extension TSVRenderer {
  /// Findings as lines below a line of titles; the first column is the file where there are several.
  func text(_ reports: [ThreatsReport], ofSeveral: Bool) -> OutputBuffer {
    var output = OutputBuffer(capacity: 1 << 14)
    append(names: (ofSeveral ? ["file"] : []) + ThreatsReport.columnNames, to: &output)
    for report in reports {
      let file = ofSeveral ? [Field("file", .path(report.subject.path))] : []
      for row in report.rows { append(file + row, to: &output) }
    }
    return output
  }
}

extension ThreatSummary {
  /// Whether nothing was found, and every rule came to an end.
  var isEmpty: Bool { total == 0 && undecidedCount == 0 }
}
