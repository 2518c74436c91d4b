// What `threats` shows: findings in the file's order, then counts.

import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// How findings are spelled.
enum ThreatFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case tsv
  case json
}

struct ThreatScreen {
  let console: Console
  let file: OpenFile
  let rules: [SignatureRule]
  let found: ThreatSummary
  let dialect: RDBDialect
  let failure: JobFailure?

  /// Prefixes that are shown at most.
  private static let prefixLimit = 20

  func write(as format: ThreatFormat) throws {
    switch format {
    case .text: try console.write(text())
    case .tsv: try console.write(ThreatScreen.titles() + rows())
    case .json: try console.write(json())
    }
  }

  /// Rules that found anything, the most severe first, then in the order of the pack.
  var countedRules: [(rule: SignatureRule, count: UInt64)] {
    let counted = zip(rules, found.counts).filter { $0.1 > 0 }.map { (rule: $0.0, count: $0.1) }
    return SignatureRule.Severity.allCases.reversed().flatMap { severity in
      counted.filter { $0.rule.severity == severity }
    }
  }

  func type(of finding: ThreatFinding) -> String? {
    finding.record.map { $0.type.shape(in: dialect)?.name ?? "?" }
  }

  // MARK: Text

  func text() -> String {
    var blocks = found.findings.map(block)
    if found.total > UInt64(found.findings.count) {
      blocks.append("… \(HumanText.count(found.total - UInt64(found.findings.count))) more\n")
    }
    blocks += [ruleTable(), prefixTable()]
    return (blocks.filter { !$0.isEmpty } + [verdict()]).joined(separator: "\n")
  }

  private func block(_ finding: ThreatFinding) -> String {
    let rule = rules[finding.rule]
    let style: Style = rule.severity >= .high ? .red : .yellow
    let head = "\(console.output.styled(rule.severity.name, style)) \(rule.id): \(title(rule))"
    return """
      \(head)
        in     \(whereabouts(finding))
        at     \(place(finding))
        match  \(KeyText.spelled(finding.excerpt, width: 100))

      """
  }

  private func title(_ rule: SignatureRule) -> String { KeyText.spelled(rule.title.utf8) }

  private func whereabouts(_ finding: ThreatFinding) -> String {
    let name = KeyText.spelled(finding.name, width: 80)
    guard let record = finding.record else {
      return switch finding.place {
      case .file: "the file's name"
      case .module: "the type of a module, \(name)"
      case .function: "the function library \(name)"
      default: "the AUX field \(name)"
      }
    }
    let type = type(of: finding) ?? "?"
    if finding.place == .key { return "the key \(name), db \(record.database), \(type)" }
    return "\(name), db \(record.database), \(type)\(spelled(finding.element))"
  }

  private func spelled(_ element: ElementPlace?) -> String {
    guard let element else { return "" }
    let entry = element.entry.map { " of entry \($0.description)" } ?? ""
    return ", \(element.part.rawValue) \(HumanText.count(element.index))\(entry)"
  }

  private func place(_ finding: ThreatFinding) -> String {
    let length = HumanText.count(finding.count, "byte", "bytes")
    if finding.isExact { return "byte \(HumanText.count(finding.offset)), \(length)" }
    if finding.place == .file { return length }
    return "byte \(HumanText.count(finding.at)) of what is packed at byte "
      + "\(HumanText.count(finding.offset)), \(length)"
  }

  private func ruleTable() -> String {
    guard !countedRules.isEmpty else { return "" }
    var table = TextTable([
      .left("severity"), .left("rule"), .right("findings"), .left("read more", mayShrink: true),
    ])
    for (rule, count) in countedRules {
      table.add([
        rule.severity.name, rule.id, HumanText.count(count), KeyText.spelled(rule.reference.utf8),
      ])
    }
    return table.text(width: console.output.width) { console.output.styled($0, .bold) }
  }

  private func prefixTable() -> String {
    let (prefixes, others) = found.prefixes.sorted()
    guard !prefixes.isEmpty else { return "" }
    var table = TextTable([.left("keys that begin with", mayShrink: true), .right("findings")])
    for (prefix, count) in prefixes.prefix(ThreatScreen.prefixLimit) {
      let shown = prefix.isEmpty ? "(no colon)" : KeyText.spelled(prefix + [0x3a], width: 60)
      table.add([shown, HumanText.count(count)])
    }
    let rest = prefixes.dropFirst(ThreatScreen.prefixLimit).reduce(others) { $0 + $1.count }
    if rest > 0 { table.add(["…", HumanText.count(rest)]) }
    return table.text(width: console.output.width) { console.output.styled($0, .bold) }
  }

  private func verdict() -> String {
    var lines: [String] = []
    for text in found.undecided.prefix(10) {
      lines.append(
        "\(rules[text.rule].id) gave up on \(KeyText.spelled(text.name, width: 80)) at byte "
          + "\(HumanText.count(text.offset)): whether it is there is not known")
    }
    if found.damagedValues > 0 {
      lines.append(
        "\(HumanText.count(found.damagedValues, "value is", "values are")) damaged and was "
          + "searched as it stands in the file; see verify")
    }
    let keys = HumanText.count(found.records, "key", "keys")
    let end = failure == nil ? "" : ", as far as the file could be read"
    lines.append(
      "\(Messages.spelled(file.path)): \(HumanText.count(found.total, "finding", "findings")) in "
        + "\(keys)\(end)")
    return lines.joined(separator: "\n") + "\n"
  }
}
