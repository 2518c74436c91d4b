// The findings of a file. All are counted by rule, and the first of each rule are kept, so that one kind of
// damage hides no other however often it occurs.

import AOF
import RDB

/// Findings by rule.
package struct FindingList: Sendable {
  /// The findings of one rule with one severity.
  package struct Group: Sendable {
    /// The number of findings.
    package fileprivate(set) var count: UInt64
    /// The first findings, in file order.
    package fileprivate(set) var kept: [Finding]
    /// The rule.
    package var rule: String { kept[0].rule }
    /// The severity.
    package var severity: Finding.Severity { kept[0].severity }
  }

  /// What findings of a group have in common; cheaper to compare than the name of the rule.
  private struct Key: Hashable {
    static let trailing: UInt8 = 7

    let severity: Finding.Severity
    let kind: UInt8
    let reason: RDBError.Reason?
    let part: RDBError.Part?
    let syntax: LogError.Reason?

    init(_ finding: Finding) {
      severity = finding.severity
      var error: RDBError?
      var syntax: LogError.Reason?
      switch finding.kind {
      case .damage(let damage): (kind, error) = (0, damage)
      case .checksum: kind = 1
      case .keyCount: kind = 2
      case .expiringCount: kind = 3
      case .slotCount: kind = 4
      case .wrongSlot: kind = 5
      case .duplicateKey: kind = 6
      case .trailing: kind = Key.trailing
      case .missingFile: kind = 8
      case .unlistedFile: kind = 9
      case .emptyBase: kind = 10
      case .log(.hole(let hole)), .log(.cutTail(let hole)): (kind, syntax) = (11, hole.error.reason)
      case .log(.longArgument(let error)): (kind, syntax) = (11, error.reason)
      case .log(.openTransaction), .log(.loneExec): kind = 12
      case .log(.unknownCommand): kind = 13
      case .duplicateLibrary: kind = 14
      case .log(.wrongArity): kind = 15
      }
      (reason, part) = (error?.reason, error?.part)
      self.syntax = syntax
    }
  }

  /// The number of findings of a group that reports show.
  package static let reported = 1000
  /// The number of findings of a group that a full list may have.
  package static let listed = 100_000

  private let limit: Int
  private var groups: [Key: Group] = [:]

  /// Makes an empty list with a limit on the findings kept for each rule.
  package init(limit: Int = FindingList.reported) { self.limit = limit }

  /// The number of findings of a severity.
  package func count(_ severity: Finding.Severity) -> UInt64 {
    groups.reduce(0) { $0 + ($1.key.severity == severity ? $1.value.count : 0) }
  }

  /// The number of all findings.
  package var count: UInt64 { groups.values.reduce(0) { $0 + $1.count } }

  /// The groups, in the order of their first findings.
  package var byRule: [Group] {
    groups.values.sorted { FindingList.isBefore($0.kept[0], $1.kept[0]) }
  }

  /// The findings that are kept, in file order.
  package var kept: [Finding] {
    groups.values.flatMap(\.kept).sorted(by: FindingList.isBefore)
  }

  /// Whether one finding comes before another: in the file or, at the same place, by its weight.
  package static func isBefore(_ one: Finding, _ other: Finding) -> Bool {
    if one.fileNumber != other.fileNumber { return one.fileNumber < other.fileNumber }
    if (one.start, one.offset) != (other.start, other.offset) {
      return (one.start, one.offset) < (other.start, other.offset)
    }
    if one.severity != other.severity { return one.severity > other.severity }
    return one.rule < other.rule
  }

  /// Adds a finding after all others of its rule in the file.
  package mutating func append(_ finding: Finding) {
    groups[Key(finding), default: Group(count: 0, kept: [])].append(finding, limit)
  }

  /// The findings of the base of a log, which name its file; what trails it is the log's business.
  func ofBase(named file: String) -> FindingList {
    var list = self
    for (key, group) in groups {
      list.groups[key] = key.kind == Key.trailing ? nil : group.named(file)
    }
    return list
  }

  /// Sets the file size, which is unknown during unpacking.
  mutating func setFileSize(_ size: Int) {
    for key in groups.keys { groups[key]?.setFileSize(size) }
  }

  /// Adds the findings of another thread or file.
  package mutating func merge(_ other: FindingList) {
    groups.merge(other.groups) { one, two in
      var sum = one
      sum.merge(two, limit)
      return sum
    }
  }
}

extension FindingList.Group {
  fileprivate mutating func append(_ finding: Finding, _ limit: Int) {
    count += 1
    if kept.count < limit { kept.append(finding) }
  }

  fileprivate mutating func setFileSize(_ size: Int) {
    for index in kept.indices { kept[index].fileSize = size }
  }

  fileprivate func named(_ file: String) -> Self {
    var group = self
    for index in kept.indices { group.kept[index].file = file }
    return group
  }

  fileprivate mutating func merge(_ other: Self, _ limit: Int) {
    count += other.count
    // Both are in file order, so what either dropped is beyond the limit of both.
    var merged: [Finding] = []
    merged.reserveCapacity(min(kept.count + other.kept.count, limit))
    var (at, next) = (0, 0)
    while merged.count < limit, at < kept.count || next < other.kept.count {
      let isFirst =
        next == other.kept.count
        || at < kept.count
          && (kept[at].start, kept[at].offset) <= (other.kept[next].start, other.kept[next].offset)
      merged.append(isFirst ? kept[at] : other.kept[next])
      if isFirst { at += 1 } else { next += 1 }
    }
    kept = merged
  }
}
