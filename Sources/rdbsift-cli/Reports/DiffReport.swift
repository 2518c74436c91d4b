// The `diff` report: how many keys changed, with examples, and how databases and types grew.

import RDB
import RDBSift
import Restore

/// The differences between two backups.
struct DiffReport {
  /// One of the two backups.
  struct Side {
    let subject: ReportSubject
    let keys: ComparedKeys
    /// The moment of its logs.
    let moment: UnixMilliseconds?
  }

  let old: Side
  let new: Side
  /// The keys by change, the removed ones excluded.
  let changes: ComparisonSummary
  /// The removed keys, if there are any.
  let removed: ComparisonSummary?
  /// The memory of both, if it was measured.
  let memory: MemoryGrowth?

  /// Whether the selected keys are the same.
  var isEmpty: Bool { DiffReport.changes.allSatisfy { tally($0).restored.keys == 0 } }

  private static let changes: [RestoreEffect] = [.created, .deleted, .changed, .expiryChanged]

  var report: Report {
    var notes: [String] = []
    for (side, name) in [(old, "old"), (new, "new")] where side.keys.expired > 0 {
      notes.append(
        "\(Formatting.count(side.keys.expired, "key", "keys")) of the \(name) backup had expired by "
          + "now; expired keys are compared like all others")
    }
    return Report(
      command: "diff",
      facts: ["old": side(old, "old"), "new": side(new, "new")] + counts.dataOnly
        + (memory?.head ?? [:]) + ["databases": .rows(databases), "types": .rows(types)]
        + (memory.map { ["prefixes": .rows($0.prefixes)] } ?? [:]),
      sections: [
        .grid("", counts.list, columns: ["keys", "such as"]), .table(databases), .table(types),
        .table(memory?.prefixes ?? []), .lines(notes),
      ])
  }

  private func side(_ side: Side, _ title: String) -> Value {
    let restored = side.keys.tally.restored
    let time = side.moment.map { "  at \(Formatting.instant($0))" } ?? ""
    let shown = "\(side.subject.path)\(time)  \(Formatting.count(restored.keys, "key", "keys"))"
    let value: Value = .object(
      side.subject.facts + [
        "moment_ms": .instant(side.moment),
        "keys": .count(restored.keys), "value_bytes": .bytes(restored.valueBytes),
        "expired": .count(side.keys.expired),
      ])
    return value.shown(title, as: .path(shown))
  }

  /// Keys by change, with examples.
  private var counts: Fields {
    func change(_ effect: RestoreEffect, _ title: String) -> Value {
      let found = effect == .deleted ? removed : changes
      let notes = found?.examples(effect).notes ?? []
      return .object([
        "keys": .count(tally(effect).restored.keys).shown,
        "value_bytes": .bytes(tally(effect).restored.valueBytes),
        "examples": .rows(notes.map { ["db": .number($0.record.database), "key": .key($0.key)] })
          .shown("such as", as: .list(notes.map { .key($0.key, width: 24) })),
      ]).shown(title)
    }
    return [
      "added": change(.created, "added"), "removed": change(.deleted, "removed"),
      "changed": change(.changed, "value changed"),
      "expiry": change(.expiryChanged, "only expiry changed"),
      "unchanged": change(.unchanged, "unchanged"),
    ]
  }

  private func tally(_ effect: RestoreEffect) -> PlanTally {
    guard effect == .deleted else { return changes.tally(effect) }
    return removed?.tally(effect) ?? PlanTally(patternCount: 0)
  }

  // MARK: - Growth

  private var databases: [Fields] {
    let tallies = [old.keys.tally, new.keys.tally]
    let numbers = Set(tallies.flatMap { $0.restoredByDatabase.map(\.database) })
    return rows(numbers.sorted()) { number in
      (
        "db", .number(number), { $0.restored(in: number) },
        { $0.groups { $0.database }[number] }
      )
    }
  }

  private var types: [Fields] {
    rows(ValueShape.allCases.map { Optional($0) } + [nil]) { shape in
      (
        "type", .text(shape?.name ?? "unknown"), { $0.restored(shape) },
        { $0.groups { $0.shape }[shape] }
      )
    }
  }

  /// The parts of both backups, those that grew most first.
  private func rows<Part>(
    _ parts: [Part],
    _ describe: (Part) -> (
      name: StaticString, value: Value, totals: (PlanTally) -> KeyTotals,
      group: (Statistics) -> KeyGroup?
    )
  ) -> [Fields] {
    var rows: [(growth: Int64, fields: Fields)] = []
    for part in parts {
      let (name, value, totals, group) = describe(part)
      let (before, after) = (totals(old.keys.tally), totals(new.keys.tally))
      guard before.keys + after.keys > 0 else { continue }
      let growth = Int64(after.valueBytes) - Int64(before.valueBytes)
      func count(_ effect: RestoreEffect) -> Value {
        let keys = totals(tally(effect)).keys
        return Value.count(keys).shown(as: keys == 0 ? .null : .count(keys))
      }
      rows.append(
        (
          memory?.growth(group) ?? growth,
          [
            name: value.shown, "old_keys": .count(before.keys).shown,
            "new_keys": .count(after.keys).shown, "added": count(.created),
            "removed": count(.deleted), "changed": count(.changed),
            "expiry": count(.expiryChanged),
            "old_value_bytes": .bytes(before.valueBytes).shown("old bytes"),
            "new_value_bytes": .bytes(after.valueBytes).shown("new bytes"),
            "growth": .growth(growth),
          ] + (memory?.fields(group) ?? [:])
        ))
    }
    // Parts that grew alike stay in order.
    return rows.enumerated().sorted { one, other in
      (-one.element.growth, one.offset) < (-other.element.growth, other.offset)
    }.map(\.element.fields)
  }
}
