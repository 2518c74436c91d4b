// What a restore does to the data that is there now, in all, by database and by type.

import RDB
import RDBSift
import Restore

extension PreviewReport {
  /// What each effect is called.
  private static let effects: [(effect: RestoreEffect, name: StaticString, title: String)] = [
    (.created, "created", "created"),
    (.changed, "changed", "overwritten with another value"),
    (.expiryChanged, "expiry_changed", "same value, another expiry"),
    (.unchanged, "unchanged", "same as now"),
    (.deleted, "deleted", "deleted, not restored"),
  ]

  /// The whole comparison.
  var comparison: Value {
    guard let present, let comparison = summary.comparison else { return .null }
    let effects = PreviewReport.effects.map { effect, name, _ in
      Field(name, .record(fields(of: effect, comparison)))
    }
    return .record(
      [Field("file", .path(present.path)), Field("size", .bytes(present.size))] + effects)
  }

  private func fields(of effect: RestoreEffect, _ comparison: ComparisonSummary) -> [Field] {
    let tally = comparison.tally(effect)
    return [
      Field("keys", .count(tally.restored.keys)),
      Field("bytes", .bytes(tally.restored.valueBytes)),
      Field("databases", .rows(rows(byDatabase: tally))),
      Field("types", .rows(rows(byType: tally))),
      Field("examples", .rows(comparison.examples(effect).notes.map { fileKey($0) })),
    ]
  }

  /// Keys and examples of each effect.
  var effectTable: [[Field]] {
    guard let comparison = summary.comparison else { return [] }
    return PreviewReport.effects.map { effect, _, title in
      let examples = comparison.examples(effect).notes
      return [
        Field(title: "compared with now", .text(title)),
        Field(title: "keys", .count(comparison.tally(effect).restored.keys)),
        Field(title: "such as", .list(examples.map { .key($0.key, width: 24) })),
      ]
    }
  }

  /// Keys of each effect, by database and by type.
  var effectsByPart: [[Field]] {
    guard let comparison = summary.comparison else { return [] }
    func row(_ name: String, _ keys: (PlanTally) -> UInt64) -> [Field] {
      let counts = RestoreEffect.allCases.map { ($0.name, keys(comparison.tally($0))) }
      return [Field(title: "", .text(name))]
        + counts.map { Field(title: $0, .count($1), shown: $1 == 0 ? .text("") : nil) }
    }
    let databases = comparison.databases.map { database in
      row("db \(database)") { $0.restored(in: database).keys }
    }
    let shapes = ValueShape.allCases.filter { shape in
      RestoreEffect.allCases.contains { comparison.tally($0).restored(shape).keys > 0 }
    }
    return databases + shapes.map { shape in row(shape.name) { $0.restored(shape).keys } }
  }
}
