// What `preview` reports: what a restore would do, the answer first.

import RDB
import RDBSift
import Restore

/// What a preview found.
struct PreviewReport {
  let subject: ReportSubject
  let request: RestoreRequest
  let selection: Selection
  let readings: Readings
  let summary: PreviewSummary
  let silent: [SilentPattern]
  /// The backup of the data that is there now, if it was given.
  let present: ReportSubject?
  let failure: JobFailure?

  var report: Report {
    let (databases, types) = (rows(byDatabase: summary.tally), rows(byType: summary.tally))
    let (readings, patterns) = (readingRows, patternRows)
    let (first, lost, biggest) = (firstKeys, lostKeys, biggestKeys)
    return Report(
      command: "preview",
      facts: times + [
        Field("outcome", .record(outcome)), Field("unsupported_keys", .count(summary.unsupported)),
        Field("readings", .rows(readings)), Field("patterns", .rows(patterns)),
        Field("databases", .rows(databases)), Field("types", .rows(types)),
        Field("first_keys", .rows(first)), Field("expiries", .record(expiries)),
        Field("field_deadlines", .record(fieldExpiries)),
        Field("not_coming_back", .rows(lost)), Field("biggest_keys", .rows(biggest)),
        Field("export", .record(exported)), Field("against", comparison),
        Field("warnings", .rows(warnings.map(\.row))),
        Field("stopped_by", .damage(failure, path: subject.path)),
      ],
      sections: [
        .table(outcomeTable), .table(readings), .table(patterns.count > 1 ? patterns : []),
        .table(databases + types), .table(expiryTable), .table(expiryChart),
        .table(fieldExpiryTable), .table(lost), .table(isCutToBiggest ? biggest : []),
        .table(effectTable), .table(effectsByPart), .lines(exportLines), .table(first),
      ])
  }

  private var times: [Field] {
    let (reference, shift) = (selection.reference, selection.shift)
    let source = request.restoreTime == nil ? subject.timeNote : ""
    return [
      file(subject),
      Field(title: "against", .optional(present) { file($0).visible }),
      Field("size", .bytes(subject.size)),
      Field("sha256", .optional(subject.sha256) { .text($0) }),
      Field(
        "restore_time_ms", title: "restore time", .optional(reference) { .instant($0) },
        shown: .text(
          reference.map { Formatting.instant($0) + source } ?? "unknown: the file has no ctime")),
      Field(
        "restore_time_from",
        .optional(reference) { _ in .text(request.restoreTime == nil ? "ctime" : "option") }),
      Field(
        "time_shift_ms", title: "time shift", .optional(shift) { .instant($0.target) },
        shown: .text(shift?.words ?? "none: expiries stay as they are")),
      Field("shifted_by_ms", .optional(shift) { .number($0.distance) }),
      Field("now_ms", title: "now", .instant(selection.now)),
    ]
  }

  private func file(_ subject: ReportSubject) -> Field {
    let words = "\(Messages.spelled(subject.path)), \(Formatting.size(subject.size))"
    return Field("file", title: "file", .path(subject.path), shown: .text(words))
  }

  // MARK: Outcome

  /// Why keys are not restored: the member, the title, and the place among what people see.
  private static let reasons:
    [(reason: SkipReason, name: StaticString, title: String, place: Int)] = [
      (.expiredAtReference, "expired_at_restore_time", "expired at the restore time", 0),
      (.expiredAtSubmission, "expired_by_now", "expired by now", 1),
      (.key, "not_selected_key", "not selected: key", 2),
      (.type, "not_selected_type", "not selected: type", 7),
      (.database, "not_selected_db", "not selected: database", 8),
      (.measure, "not_selected_measure", "not selected: bounds", 4),
      (.excluded, "excluded", "not selected: excluded", 3),
      (.sample, "not_in_sample", "not selected: sample", 5),
      (.limit, "beyond_limit", "not selected: limit", 6),
    ]

  private var outcome: [Field] {
    [Field("restored", .record(totals(summary.tally.restored)))]
      + PreviewReport.reasons.map { reason in
        let count = summary.tally.skipped(reason.reason)
        return Field(
          reason.name,
          .record([Field("keys", .count(count.keys)), Field("bytes", .bytes(count.valueBytes))]))
      }
  }

  private var outcomeTable: [[Field]] {
    func row(_ title: String, _ keys: UInt64, _ bytes: Value) -> [Field] {
      [
        Field(title: "outcome", .text(title)), Field(title: "keys", .count(keys)),
        Field(title: "bytes", bytes),
      ]
    }
    let restored = summary.tally.restored
    let skipped = PreviewReport.reasons.sorted { $0.place < $1.place }
      .map { ($0.title, summary.tally.skipped($0.reason)) }.filter { $0.1.keys > 0 }
    let unsupported =
      summary.unsupported == 0
      ? [] : [row("  export has no commands for", summary.unsupported, .null)]
    return [row("would be restored", restored.keys, .bytes(restored.valueBytes))] + unsupported
      + skipped.map { row($0, $1.keys, .bytes($1.valueBytes)) }
  }

  // MARK: Keys that are restored

  /// What is added up of keys that are restored.
  private func totals(_ totals: KeyTotals) -> [Field] {
    [
      Field("keys", title: "keys", .count(totals.keys)),
      Field(
        "elements", title: "elements", .elements(totals.elements, uncounted: totals.uncounted)),
      Field("uncounted_keys", .count(totals.uncounted)),
      Field("bytes", title: "bytes", .bytes(totals.valueBytes)),
      Field("expire", title: "expire", .count(totals.expiring)),
    ]
  }

  func rows(byDatabase tally: PlanTally) -> [[Field]] {
    tally.restoredByDatabase.map { number, sums in
      [Field("db", title: "restored", .number(number), shown: .text("db \(number)"))]
        + totals(sums)
    }
  }

  func rows(byType tally: PlanTally) -> [[Field]] {
    ValueShape.allCases.map { ($0, tally.restored($0)) }.filter { $0.1.keys > 0 }
      .map { [Field("type", title: "restored", .text($0.name))] + totals($1) }
  }

  private var patternRows: [[Field]] {
    zip(selection.filter.keys.patterns, summary.tally.restoredByPattern).map { pattern, sums in
      [
        Field("pattern", title: "first selected by", .key(pattern.bytes)),
        Field("match", .text(pattern.mode.rawValue)),
      ] + totals(sums)
    }
  }

  private var readingRows: [[Field]] {
    zip(readings.modes, summary.readings).map { mode, count in
      let isAsked = mode == request.mode
      let isKnown = count.gaveUp == nil
      func difference(_ number: UInt64) -> Value {
        isAsked || number == 0 || !isKnown ? .null : .count(number)
      }
      return [
        Field(
          "match", title: "read as", .text(mode.rawValue),
          shown: .text(isAsked ? "\(mode.rawValue) (asked for)" : mode.rawValue)),
        Field("asked_for", .flag(isAsked)),
        Field(
          "keys", title: "keys", .count(count.selected.keys),
          shown: isKnown ? nil : .text("gave up")),
        Field(
          "bytes", title: "bytes", .bytes(count.selected.valueBytes),
          shown: isKnown ? nil : .text("")),
        Field("more", title: "more", .count(count.more), shown: difference(count.more)),
        Field("fewer", title: "fewer", .count(count.fewer), shown: difference(count.fewer)),
        Field("differing", .list(count.examples.notes.map { .key($0.key) })),
        Field("gave_up", .optional(count.gaveUp, gaveUp)),
      ]
    }
  }

  private func gaveUp(_ gaveUp: ReadingCount.GivenUp) -> Value {
    .record([
      Field("pattern", .key(selection.filter.keys.patterns[gaveUp.error.pattern].bytes)),
      Field("db", .number(gaveUp.note.record.database)), Field("key", .key(gaveUp.note.key)),
    ])
  }
}

extension TimeShift {
  /// Milliseconds by which expiries move.
  ///
  /// The reference may come from the file, which may say anything; so the difference is cut to what
  /// the type can hold.
  var distance: Int64 { Int64(clamping: Int128(target.rawValue) - Int128(from.rawValue)) }

  fileprivate var words: String {
    "\(Formatting.instant(target)): expiries move by \(Formatting.duration(milliseconds: distance))"
  }
}
