// What `preview` tells a program. Members are only ever added.

import RDB
import RDBSift
import Restore

extension PreviewScreen {
  /// The whole report.
  func json() -> JSONValue {
    let shift = selection.shift
    return .object([
      "file": .text(file.path), "size": .count(file.size), "sha256": file.sha256,
      "restore_time_ms": .optional(selection.reference) { .moment($0) },
      "restore_time_from": selection.reference == nil
        ? .null : .text(request.restoreTime == nil ? "ctime" : "option"),
      "time_shift_ms": .optional(shift) { .moment($0.target) },
      "shifted_by_ms": .optional(shift) { .integer($0.distance) },
      "now_ms": .moment(selection.now), "outcome": outcomeJSON(),
      "unsupported_keys": .count(summary.unsupported), "readings": readingsJSON(),
      "patterns": patternsJSON(), "databases": databasesJSON(summary.tally),
      "types": typesJSON(summary.tally),
      "first_keys": .array(summary.first.notes.map(example)),
      "expiries": expiriesJSON(), "field_deadlines": fieldsJSON(),
      "not_coming_back": .array(
        (summary.expiredAtReference.notes + summary.expiredAtSubmission.notes).map(fileKey)),
      "biggest_keys": .array(summary.biggest.notes.map(fileKey)), "export": exportJSON(),
      "against": comparisonJSON(),
      "warnings": .array(
        warnings().map { .object(["code": .text($0.code), "message": .text($0.text)]) }),
      "stopped_by": DamageText.json(failure, path: file.path),
    ])
  }

  private func counts(_ count: KeyCount) -> JSONValue {
    .object(["keys": .count(count.keys), "bytes": .count(count.valueBytes)])
  }

  /// What is told of keys that are restored, behind what they have in common.
  func totals(_ totals: KeyTotals, behind head: [JSONValue.Member] = []) -> JSONValue {
    .object(
      head + [
        JSONValue.Member(name: "keys", value: .count(totals.keys)),
        JSONValue.Member(name: "elements", value: .count(totals.elements)),
        JSONValue.Member(name: "uncounted_keys", value: .count(totals.uncounted)),
        JSONValue.Member(name: "bytes", value: .count(totals.valueBytes)),
        JSONValue.Member(name: "expire", value: .count(totals.expiring)),
      ])
  }

  private func outcomeJSON() -> JSONValue {
    let tally = summary.tally
    return .object([
      "restored": totals(tally.restored),
      "expired_at_restore_time": counts(tally.skipped(.expiredAtReference)),
      "expired_by_now": counts(tally.skipped(.expiredAtSubmission)),
      "not_selected_key": counts(tally.skipped(.key)),
      "not_selected_type": counts(tally.skipped(.type)),
      "not_selected_db": counts(tally.skipped(.database)),
      "not_selected_measure": counts(tally.skipped(.measure)),
      "excluded": counts(tally.skipped(.excluded)),
      "not_in_sample": counts(tally.skipped(.sample)),
      "beyond_limit": counts(tally.skipped(.limit)),
    ])
  }

  private func readingsJSON() -> JSONValue {
    .array(
      readings.modes.indices.map { index in
        let count = summary.readings[index]
        let mode = readings.modes[index]
        return .object([
          "match": .text(mode.rawValue), "asked_for": .bool(mode == request.mode),
          "keys": .count(count.selected.keys), "bytes": .count(count.selected.valueBytes),
          "more": .count(count.more), "fewer": .count(count.fewer),
          "differing": .array(count.examples.notes.map { .bytes($0.key) }),
          "gave_up": .optional(count.gaveUp) { gaveUp in
            .object([
              "pattern": .bytes(selection.filter.keys.patterns[gaveUp.error.pattern].bytes),
              "db": .count(UInt64(gaveUp.note.record.database)), "key": .bytes(gaveUp.note.key),
            ])
          },
        ])
      })
  }

  private func patternsJSON() -> JSONValue {
    .array(
      zip(selection.filter.keys.patterns, summary.tally.restoredByPattern).map { pattern, sums in
        totals(
          sums,
          behind: [
            JSONValue.Member(name: "pattern", value: .bytes(pattern.bytes)),
            JSONValue.Member(name: "match", value: .text(pattern.mode.rawValue)),
          ])
      })
  }

  func databasesJSON(_ tally: PlanTally) -> JSONValue {
    .array(
      tally.restoredByDatabase.map { number, sums in
        totals(sums, behind: [JSONValue.Member(name: "db", value: .count(UInt64(number)))])
      })
  }

  func typesJSON(_ tally: PlanTally) -> JSONValue {
    .array(
      ValueShape.allCases.map { ($0, tally.restored($0)) }.filter { $0.1.keys > 0 }
        .map { shape, sums in
          totals(sums, behind: [JSONValue.Member(name: "type", value: .text(shape.name))])
        })
  }

  private func example(_ note: RecordNote) -> JSONValue {
    let expiry = note.record.expiry.map { selection.shift?($0) ?? $0 }
    return .object([
      "db": .count(UInt64(note.record.database)), "key": .bytes(note.key),
      "expire_ms": .optional(expiry) { .moment($0) },
    ])
  }

  /// A key as it stands in the file.
  func fileKey(_ note: RecordNote) -> JSONValue {
    .object([
      "db": .count(UInt64(note.record.database)), "key": .bytes(note.key),
      "bytes": .count(note.record.end - note.record.start),
      "file_expire_ms": .optional(note.record.expiry) { .moment($0) },
    ])
  }

  private func fieldsJSON() -> JSONValue {
    .object([
      "keys": .count(summary.fields.keys), "fields": .count(summary.fields.fields),
      "over": .count(summary.fields.over),
      "examples": .array(summary.fields.examples.notes.map(fileKey)),
    ])
  }

  private func exportJSON() -> JSONValue {
    let total = summary.output.total(summary.tally)
    return .object([
      "exact": .bool(summary.output.isExact), "commands": .count(total.commands),
      "bytes": .count(total.bytes), "senseless_values": .count(summary.output.damaged),
    ])
  }
}
