// The `preview` report: what a restore would change.

import RDB
import RDBSift
import Restore

/// The result of a preview.
struct PreviewReport {
  let subject: ReportSubject
  let request: RestoreRequest
  let selection: RestoreSelection
  let readings: Readings
  let summary: PreviewSummary
  let unmatched: [UnmatchedPattern]
  /// The backup of the current data, with `--against`.
  let present: ReportSubject?
  /// Logs at the restore time.
  let moments: [Moment]
  let failure: JobFailure?

  var report: Report {
    let (databases, types) = (rows(byDatabase: summary.tally), rows(byType: summary.tally))
    let (readings, patterns, first) = (readingRows, patternRows, firstKeys)
    let (lost, biggest, expiries) = (lostKeys, biggestKeys, expiries)
    return Report(
      command: "preview",
      facts: times + [
        "outcome": .object(outcome), "unsupported_keys": .count(summary.unsupported),
        "readings": .rows(readings), "patterns": .rows(patterns), "databases": .rows(databases),
        "types": .rows(types), "first_keys": .rows(first), "expiries": .object(expiries),
        "field_ttls": .object(fieldExpiries), "expired_keys": .rows(lost),
        "biggest_keys": .rows(biggest), "export": .object(exported), "against": comparison,
        "warnings": .rows(warnings.map(\.row)),
        "stopped_by": .damage(failure, path: subject.path),
      ] + ofLogs,
      sections: [
        .grid("outcome", shownOutcome, columns: ["keys", "bytes"]), .lines(expiredLines),
        .table(readings),
        .table(patterns.count > 1 ? patterns : []), .table(databases + types),
        .table(expiryTable), .table(expiryChart),
        .facts("field TTLs", summary.fields.fields > 0 ? fieldExpiries : [:]),
        .table(lost), .table(isCutToBiggest ? biggest : []),
        .grid("compared with current data", effects, columns: ["keys", "such as"]),
        .table(effectsByPart),
        .lines(exportLines + absentLines), .table(first),
      ])
  }

  private var times: Fields {
    let (reference, shift) = (selection.reference, selection.shift)
    let source = request.restoreTime == nil ? subject.timeNote : ""
    let restoreTime = reference.map { Formatting.instant($0) + source }
    return [
      "file": .path(subject.path).shown(as: file(subject)),
      "against": .textOnly(present.map(file) ?? .null), "size": .bytes(subject.size),
      "sha256": .text(subject.sha256),
      "restore_time_ms": .instant(reference)
        .shown(as: .text(restoreTime ?? "unknown: the file has no ctime")),
      "restore_time_from": reference == nil
        ? .null : .text(request.restoreTime == nil ? "ctime" : "option"),
      "time_shift_ms": .instant(shift?.target)
        .shown(as: .text(shift?.words ?? selection.replacement.words)),
      "shifted_by_ms": shift.map { .number($0.distance) } ?? .null,
      "replaced_by": selection.replacement.value,
      "now_ms": .instant(selection.now).shown,
    ]
  }

  private func file(_ subject: ReportSubject) -> Value {
    .text("\(Messages.spelled(subject.path)), \(Formatting.size(subject.size))")
  }

  // MARK: Outcome

  private var outcome: Fields {
    func skipped(_ reason: SkipReason, _ title: String) -> Value {
      let count = summary.tally.skipped(reason)
      return .object([
        "keys": .count(count.keys).shown, "value_bytes": .bytes(count.valueBytes).shown("bytes"),
      ])
      .shown(title, if: count.keys > 0)
    }
    return [
      "restored": .object(totals(summary.tally.restored)).shown("would be restored"),
      "expired_restored": ["keys": .count(summary.expiredRestored)],
      "expired_at_restore_time": skipped(.expiredAtReference, "expired at the restore time"),
      "expired_by_now": skipped(.expiredAtSubmission, "expired by now"),
      "not_selected_key": skipped(.key, "not selected: key pattern"),
      "not_selected_type": skipped(.type, "not selected: type"),
      "not_selected_db": skipped(.database, "not selected: database"),
      "not_selected_measure": skipped(.measure, "not selected: other filters"),
      "excluded": skipped(.excluded, "not selected: excluded"),
      "not_in_sample": skipped(.sample, "not selected: sample"),
      "beyond_limit": skipped(.limit, "not selected: limit"),
    ]
  }

  /// The rows of the outcome in text output, in their order.
  private var shownOutcome: [Field] {
    var fields = [0, 2, 3, 4, 8, 7, 9, 10, 5, 6].map { outcome.list[$0] }
    if summary.unsupported > 0 {
      let count: Value = ["keys": .count(summary.unsupported).shown]
      fields.insert(Field(title: "  cannot be exported", count), at: 1)
    }
    if summary.expiredRestored > 0 {
      let count: Value = ["keys": .count(summary.expiredRestored).shown]
      fields.insert(Field(title: "  expired: dropped by a server", count), at: 1)
    }
    return fields
  }

  /// The option that restores expired keys, if there are any.
  private var expiredLines: [String] {
    let count =
      summary.tally.skipped(.expiredAtReference).keys
      + summary.tally.skipped(.expiredAtSubmission).keys
    guard count > 0 else { return [] }
    let keys = Formatting.count(count, "expired key", "expired keys")
    return ["--include-expired would also restore the \(keys)"]
  }

  // MARK: Keys that are restored

  /// The totals of restored keys.
  private func totals(_ totals: KeyTotals) -> Fields {
    [
      "keys": .count(totals.keys).shown,
      "elements": .elements(totals.elements, uncounted: totals.uncounted).shown,
      "uncounted_keys": .count(totals.uncounted),
      "value_bytes": .bytes(totals.valueBytes).shown("bytes"),
      "expire": .count(totals.expiring).shown("with TTL"),
    ]
  }

  func rows(byDatabase tally: PlanTally) -> [Fields] {
    tally.restoredByDatabase.map { number, sums in
      ["db": .number(number).shown("restored", as: .text("db \(number)"))] + totals(sums)
    }
  }

  func rows(byType tally: PlanTally) -> [Fields] {
    ValueShape.allCases.map { ($0, tally.restored($0)) }.filter { $0.1.keys > 0 }
      .map { shape, sums in ["type": .text(shape.name).shown("restored")] + totals(sums) }
  }

  private var patternRows: [Fields] {
    zip(selection.filter.keys.patterns, summary.tally.restoredByPattern).map { pattern, sums in
      [
        "pattern": .key(pattern.bytes).shown("first matched by"),
        "match": .text(pattern.mode.rawValue),
      ] + totals(sums)
    }
  }

  private var readingRows: [Fields] {
    zip(readings.modes, summary.modeCounts).map { mode, count in
      let isAsked = mode == request.mode
      let isKnown = count.gaveUp == nil
      func difference(_ number: UInt64) -> Value {
        .count(number).shown(as: isAsked || number == 0 || !isKnown ? .text("") : nil)
      }
      return [
        "match": .text(mode.rawValue)
          .shown("read as", as: isAsked ? .text("\(mode.rawValue) (requested)") : nil),
        "requested": .flag(isAsked),
        "keys": .count(count.selected.keys).shown(as: isKnown ? nil : .text("unknown")),
        "value_bytes": .bytes(count.selected.valueBytes)
          .shown("bytes", as: isKnown ? nil : .text("")),
        "more": difference(count.more), "fewer": difference(count.fewer),
        "examples": .rows(
          count.examples.notes.map { ["db": .number($0.record.database), "key": .key($0.key)] }),
        "gave_up": count.gaveUp.map(gaveUp) ?? .null,
      ]
    }
  }

  private func gaveUp(_ gaveUp: MatchModeCount.MatchFailure) -> Value {
    let (pattern, note) = (gaveUp.error.pattern, gaveUp.note)
    return [
      "pattern": .key(selection.filter.keys.patterns[pattern].bytes),
      "db": .number(note.record.database), "key": .key(note.key),
    ]
  }
}

extension ExpiryReplacement? {
  /// The treatment of expiries without a time shift.
  fileprivate var words: String {
    switch self {
    case nil: "none (expiries unchanged)"
    case .never: "none (TTLs removed, except field TTLs)"
    case .at(let instant):
      "none (all keys expire at \(Formatting.instant(instant)); field TTLs unchanged)"
    }
  }

  /// The expiry of all keys in milliseconds, `never`, or null if expiries are not replaced.
  fileprivate var value: Value {
    switch self {
    case nil: .null
    case .never: .text("never")
    case .at(let instant): .instant(instant)
    }
  }
}

extension TimeShift {
  /// Milliseconds by which expiries move.
  ///
  /// The reference may come from the file and have any value, so the difference is clamped.
  fileprivate var distance: Int64 {
    Int64(clamping: Int128(target.rawValue) - Int128(from.rawValue))
  }

  fileprivate var words: String {
    let shift = Formatting.duration(milliseconds: distance)
    return "\(Formatting.instant(target)) (expiries move by \(shift))"
  }
}
