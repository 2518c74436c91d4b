// What a preview shows of the data that is there now: what is done to it, as text and as JSON.

import RDB
import RDBSift
import Restore

extension PreviewScreen {
  /// What restoring does, in all, by database and by type.
  func comparison() -> String {
    guard let comparison = summary.comparison else { return "" }
    return [totals(comparison), breakdown(comparison)].filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private func totals(_ comparison: ComparisonSummary) -> String {
    let words: [(RestoreEffect, String)] = [
      (.created, "created"), (.changed, "overwritten with another value"),
      (.expiryChanged, "same value, another expiry"), (.unchanged, "same as now"),
      (.deleted, "deleted, not restored"),
    ]
    let rows = words.map { effect, words in
      [
        words, HumanText.count(comparison.tally(effect).restored.keys),
        comparison.examples(effect).notes.map { KeyText.spelled($0.key, width: 24) }
          .joined(separator: ", "),
      ]
    }
    return table(
      [.left("compared with now"), .right("keys"), .left("such as", mayShrink: true)], rows)
  }

  private func breakdown(_ comparison: ComparisonSummary) -> String {
    let effects = RestoreEffect.allCases
    let tallies = effects.map { comparison.tally($0) }
    var rows: [[String]] = []
    func add(_ name: String, _ counts: [UInt64]) {
      rows.append([name] + counts.map { $0 == 0 ? "" : HumanText.count($0) })
    }
    for database in comparison.databases {
      add("db \(database)", tallies.map { $0.restored(in: database).keys })
    }
    for shape in ValueShape.allCases where tallies.contains(where: { $0.restored(shape).keys > 0 })
    {
      add(shape.name, tallies.map { $0.restored(shape).keys })
    }
    return table([.left("")] + effects.map { .right($0.name) }, rows)
  }

  /// The same for a program.
  func comparisonJSON() -> JSONValue {
    guard let present, let comparison = summary.comparison else { return .null }
    let head: [JSONValue.Member] = [
      JSONValue.Member(name: "file", value: .text(present.path)),
      JSONValue.Member(name: "size", value: .count(present.size)),
    ]
    return .object(
      head
        + RestoreEffect.allCases.map { effect in
          JSONValue.Member(name: effect.member, value: json(effect, comparison))
        })
  }

  private func json(_ effect: RestoreEffect, _ comparison: ComparisonSummary) -> JSONValue {
    let tally = comparison.tally(effect)
    return .object([
      "keys": .count(tally.restored.keys), "bytes": .count(tally.restored.valueBytes),
      "databases": databasesJSON(tally), "types": typesJSON(tally),
      "examples": .array(comparison.examples(effect).notes.map(fileKey)),
    ])
  }
}

extension RestoreEffect {
  /// The member of a report that tells of it.
  fileprivate var member: StaticString {
    switch self {
    case .created: "created"
    case .changed: "changed"
    case .expiryChanged: "expiry_changed"
    case .unchanged: "unchanged"
    case .deleted: "deleted"
    }
  }
}
