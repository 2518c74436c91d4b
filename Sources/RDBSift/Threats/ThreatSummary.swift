// The summary of a search, independent of the number of threads.

import RDB
package import Restore

/// Findings and counts.
package struct ThreatSummary: Mergeable, Sendable {
  /// The number of undecided texts to keep.
  private static let undecidedLimit = 100

  /// Searched records.
  package var records: UInt64 = 0
  /// The first findings, in file order.
  package private(set) var findings: [ThreatFinding] = []
  /// Findings by rule number.
  package private(set) var counts: [UInt64]
  /// Findings in keys and values, by the prefix of the key.
  package private(set) var prefixes = PrefixCounts()
  /// The first texts on which a rule hit its match limit.
  package private(set) var undecided: [UndecidedText] = []
  /// The number of texts on which a rule hit its match limit.
  package private(set) var undecidedCount: UInt64 = 0
  /// Damaged values, whose raw bytes were searched.
  package var damagedValues: UInt64 = 0
  /// The first offset of each module.
  private var modules: [ModuleID: Int] = [:]
  private let limit: Int

  /// Makes an empty summary.
  package init(ruleCount: Int, limit: Int) {
    counts = Array(repeating: 0, count: ruleCount)
    self.limit = limit
  }

  /// The number of all findings.
  package var total: UInt64 { counts.reduce(0, +) }

  mutating func add(_ finding: ThreatFinding) {
    counts[finding.rule] &+= 1
    if finding.record != nil { prefixes.add(finding.name) }
    if findings.count < limit { findings.append(finding) }
  }

  mutating func add(_ text: UndecidedText) {
    undecidedCount &+= 1
    if undecided.count < ThreatSummary.undecidedLimit { undecided.append(text) }
  }

  mutating func note(_ module: ModuleID, at offset: Int) {
    modules[module] = min(modules[module] ?? offset, offset)
  }

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: ThreatSummary) {
    records &+= other.records
    damagedValues &+= other.damagedValues
    for rule in counts.indices { counts[rule] &+= other.counts[rule] }
    prefixes.merge(other.prefixes)
    findings = Array((findings + other.findings).sorted { $0 < $1 }.prefix(limit))
    undecidedCount &+= other.undecidedCount
    undecided = Array(
      (undecided + other.undecided).sorted { ($0.offset, $0.rule) < ($1.offset, $1.rule) }
        .prefix(ThreatSummary.undecidedLimit))
    modules.merge(other.modules) { min($0, $1) }
  }

  /// Searches the file name and the names of modules in the file.
  package mutating func searchWhole(_ signatures: CompiledSignatures, fileName: [UInt8]) {
    var matcher = SignatureMatcher(signatures)
    search(fileName, .file, name: fileName, at: 0, position: -1, &matcher)
    for (module, offset) in modules.sorted(by: { $0.value < $1.value }) {
      let name = Array(module.name.utf8)
      search(name, .module, name: name, at: offset, position: offset, &matcher)
    }
    findings = Array(findings.sorted { $0 < $1 }.prefix(limit))
  }

  private mutating func search(
    _ text: [UInt8], _ place: SignatureRule.Places, name: [UInt8], at offset: Int, position: Int,
    _ matcher: inout SignatureMatcher
  ) {
    guard text.withRawSpan({ matcher.search($0, at: place) }) else { return }
    for match in matcher.matches {
      counts[match.rule] &+= 1
      findings.append(
        ThreatFinding(
          rule: match.rule, place: place, record: nil, name: name, element: nil, offset: offset,
          isExact: false, at: match.start, count: match.end - match.start,
          excerpt: Array(text[match.start..<match.end]), position: position))
    }
  }
}
