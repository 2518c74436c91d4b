// How a restore would change the current data: in total, by database and by type.

import RDB
import RDBSift
import Restore

extension PreviewReport {
  /// The whole comparison.
  var comparison: Value {
    guard let present, !effects.isEmpty else { return .null }
    let head: Fields = ["file": .path(present.path), "size": .bytes(present.size)]
    return .object(head + Fields(effects))
  }

  /// The number of keys per effect, and examples.
  var effects: [Field] {
    guard let comparison = summary.comparison else { return [] }
    func effect(_ effect: RestoreEffect, _ title: String) -> Value {
      let tally = comparison.tally(effect)
      let notes = comparison.examples(effect).notes
      return .object([
        "keys": .count(tally.restored.keys).shown, "value_bytes": .bytes(tally.restored.valueBytes),
        "databases": .rows(rows(byDatabase: tally)), "types": .rows(rows(byType: tally)),
        "examples": .rows(notes.map { fileKey($0) })
          .shown("such as", as: .list(notes.map { .key($0.key, width: 24) })),
      ]).shown(title)
    }
    let effects: Fields = [
      "created": effect(.created, "created"),
      "changed": effect(.changed, "overwritten with a different value"),
      "expiry_changed": effect(.expiryChanged, "same value, different expiry"),
      "unchanged": effect(.unchanged, "unchanged"),
      "deleted": effect(.deleted, "deleted, not restored"),
    ]
    return effects.list
  }

  /// Keys of each effect, by database and by type.
  var effectsByPart: [Fields] {
    guard let comparison = summary.comparison else { return [] }
    func row(_ name: String, _ keys: (PlanTally) -> UInt64) -> Fields {
      let counts = RestoreEffect.allCases.map {
        ($0.name.replacing("_", with: " "), keys(comparison.tally($0)))
      }
      return Fields(
        [Field(title: "", .text(name))]
          + counts.map { Field(title: $0, $1 == 0 ? .null : .count($1)) })
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
