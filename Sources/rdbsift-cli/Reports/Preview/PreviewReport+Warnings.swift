// Warnings about a request, given the contents of the file.

import RDB
import RDBSift
import Restore

/// A warning: its code, and a message that starts with it.
struct PreviewWarning {
  let code: String
  let text: String

  init(code: String, text: String) {
    self.code = code
    self.text = text
  }

  init(_ code: String, _ explanation: String) {
    self.init(code: code, text: "\(code): \(explanation)")
  }

  init(_ reason: FilterKeyWarning.Reason, _ explanation: String) {
    self.init(reason.rawValue, explanation)
  }

  /// The warning as a row.
  var row: Fields { ["code": .text(code), "message": .text(text)] }
}

extension PreviewReport {
  private var patterns: [KeyPattern] { selection.filter.keys.patterns }

  /// All warnings: about parameters, about each pattern, and about readings that differ.
  var warnings: [PreviewWarning] {
    let doubts = FilterKeyWarning.warnings(about: patterns)
    let shadowed = Set(doubts.filter { $0.reason == .shadowed }.map(\.index))
    let gaveUp = zip(readings.modes, summary.modeCounts)
      .compactMap { mode, count in count.gaveUp.map { warning(about: $0, mode) } }
    return request.problems().filter(\.code.isWarning)
      .map { PreviewWarning(code: $0.code.name, text: Messages.text($0)) }
      + [withoutLog].compactMap { $0 }
      + doubts.map {
        PreviewWarning(code: $0.reason.rawValue, text: Messages.text($0, patterns))
      }
      + [selectsEverything(doubts)].compactMap { $0 }
      + unmatched.compactMap {
        shadowed.contains($0.index) ? nil : PreviewWarning(about: $0, patterns)
      }
      + gaveUp + [differentReadings, expiredFields].compactMap { $0 }
  }

  private var withoutLog: PreviewWarning? {
    guard request.restoreType == "1", request.hasLog != true else { return nil }
    return PreviewWarning(
      "RestoreTime.NoLog",
      "a backup holds one point in time, and no log is read here: writes between the backup and "
        + "the restore time are not counted")
  }

  /// Patterns that match all of two or more keys.
  private func selectsEverything(_ doubts: [FilterKeyWarning]) -> PreviewWarning? {
    let tally = summary.tally
    guard !selection.filter.keys.selectsEverything, failure == nil,
      !doubts.contains(where: { $0.reason == .matchesAll }), tally.skipped(.key).keys == 0,
      tally.restored.keys > 1
    else { return nil }
    return PreviewWarning(.matchesAll, "the patterns match every key in the file")
  }

  /// A reading that was not requested and exceeded the match limit.
  private func warning(
    about gaveUp: MatchModeCount.MatchFailure, _ mode: MatchMode
  ) -> PreviewWarning {
    let pattern = Messages.spelled(patterns[gaveUp.error.pattern].bytes)
    return PreviewWarning(
      "FilterKey.GaveUp",
      "the keys that \(pattern) matches when read as \(mode.rawValue) are unknown: it exceeded the "
        + "match limit on \(names([gaveUp.note]))")
  }

  /// Readings that match different keys.
  ///
  /// A regular expression matches little when read as a glob, so only keys that it adds count.
  private var differentReadings: PreviewWarning? {
    let counts = zip(readings.modes, summary.modeCounts).filter { $0.1.gaveUp == nil }
    let regexes = counts.filter { $0.0.isRegex }.map(\.1)
    let regexesDiffer = regexes.count == 2 && regexes[0].selected != regexes[1].selected
    let parts = counts.compactMap { mode, count -> String? in
      guard mode != request.mode, mode.isRegex ? regexesDiffer : count.more > 0 else { return nil }
      return difference(mode, count)
    }
    guard !parts.isEmpty else { return nil }
    return PreviewWarning(
      "FilterKey.ReadingsDiffer",
      "the patterns match different keys depending on how they are read: "
        + parts.joined(separator: "; ") + "; resolve this before a restore in production")
  }

  private func difference(_ mode: MatchMode, _ count: MatchModeCount) -> String? {
    let words = [(count.more, "more"), (count.fewer, "fewer")].filter { $0.0 > 0 }
      .map { "\(Formatting.count($0)) \($1)" }
    guard !words.isEmpty else { return nil }
    return "\(mode.rawValue) \(words.joined(separator: " and ")), such as "
      + names(count.examples.notes)
  }

  private var expiredFields: PreviewWarning? {
    let fields = summary.fields
    guard fields.expired > 0 else { return nil }
    return PreviewWarning(
      "TimeShift.ExpiredFields",
      "\(Formatting.count(fields.expired, "field TTL has", "field TTLs have")) expired by now, such as in "
        + "\(names(fields.examples.notes)); the server drops these fields, since a time shift moves "
        + "key expiries only")
  }

  private func names(_ notes: [RecordNote]) -> String { PatternHints.names(notes) }
}
