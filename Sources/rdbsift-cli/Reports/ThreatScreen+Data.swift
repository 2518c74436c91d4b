// What `threats` tells a program.

import Export
import RDB
import RDBSift
import Restore

extension ThreatScreen {
  private static let columns = [
    "severity", "rule", "where", "db", "name", "type", "part", "element", "entry", "offset",
    "exact",
    "at", "length", "match",
  ]

  /// The line of titles; the first names the file where there are several.
  static func titles(ofSet: Bool = false) -> String {
    ((ofSet ? ["file"] : []) + columns).joined(separator: "\t") + "\n"
  }

  /// A line for each finding.
  func rows(ofSet: Bool = false) -> String {
    let file = ofSet ? escaped(Array(file.path.utf8)) + "\t" : ""
    return found.findings.map { file + line($0) }.joined()
  }

  private func line(_ finding: ThreatFinding) -> String {
    let element = finding.element
    let cells = [
      rules[finding.rule].severity.name, rules[finding.rule].id, word(finding.place),
      finding.record.map { String($0.database) } ?? "", escaped(finding.name),
      type(of: finding) ?? "", element?.part.rawValue ?? "",
      element.map { String($0.index) } ?? "", element?.entry?.description ?? "",
      String(finding.offset), finding.isExact ? "yes" : "no", String(finding.at),
      String(finding.count), escaped(finding.excerpt),
    ]
    return cells.joined(separator: "\t") + "\n"
  }

  private func word(_ place: SignatureRule.Places) -> String {
    place.names.joined(separator: "+")
  }

  private func escaped(_ bytes: [UInt8]) -> String {
    bytes.withRawSpan { span in
      var buffer = OutputBuffer(capacity: 4096)
      buffer.append(tsv: ByteRange(offset: 0, count: span.byteCount), of: span)
      return buffer.withBytes { String(decoding: Array(copying: $0), as: UTF8.self) }
    }
  }

  /// The whole report.
  func json() -> JSONValue {
    let (prefixes, others) = found.prefixes.sorted()
    return .object([
      "file": .text(file.path), "size": .count(file.size),
      "sha256": file.sha256, "keys": .count(found.records),
      "finding_count": .count(found.total), "findings": .array(found.findings.map(json)),
      "by_rule": .array(countedRules.map(json)),
      "by_prefix": .array(
        prefixes.map { .object(["prefix": .bytes($0.prefix), "findings": .count($0.count)]) }),
      "other_prefixes": .count(others),
      "undecided_count": .count(found.undecidedCount),
      "undecided": .array(
        found.undecided.map {
          .object([
            "rule": .text(rules[$0.rule].id), "name": .bytes($0.name),
            "offset": .count($0.offset),
          ])
        }),
      "damaged_values": .count(found.damagedValues),
      "stopped_by": DamageText.json(failure, path: file.path),
    ])
  }

  private func json(_ rule: SignatureRule, _ count: UInt64) -> JSONValue {
    .object([
      "rule": .text(rule.id), "severity": .text(rule.severity.name), "title": .text(rule.title),
      "reference": .text(rule.reference), "findings": .count(count),
    ])
  }

  private func json(_ finding: ThreatFinding) -> JSONValue {
    .object([
      "severity": .text(rules[finding.rule].severity.name), "rule": .text(rules[finding.rule].id),
      "where": .text(word(finding.place)),
      "db": .optional(finding.record) { .count(UInt64($0.database)) },
      "name": .bytes(finding.name), "type": .optional(type(of: finding)) { .text($0) },
      "part": .optional(finding.element) { .text($0.part.rawValue) },
      "element": .optional(finding.element) { .count($0.index) },
      "entry": .optional(finding.element?.entry) { .text($0.description) },
      "offset": .count(finding.offset), "exact": .bool(finding.isExact), "at": .count(finding.at),
      "length": .count(finding.count), "match": .bytes(finding.excerpt),
    ])
  }
}
