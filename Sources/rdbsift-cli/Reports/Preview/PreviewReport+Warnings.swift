// What is doubtful about a request, once the file is known.

import RDB
import RDBSift
import Restore

/// A doubt: a code for programs, and a sentence that begins with it.
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

  /// What is doubtful: about each pattern, and where readings differ.
  var warnings: [PreviewWarning] {
    let doubts = FilterKeyWarning.warnings(about: patterns)
    let shadowed = Set(doubts.filter { $0.reason == .shadowed }.map(\.index))
    let gaveUp = zip(readings.modes, summary.readings)
      .compactMap { mode, count in count.gaveUp.map { warning(about: $0, mode) } }
    return request.problems().filter(\.code.isWarning)
      .map { PreviewWarning(code: $0.code.name, text: Messages.text($0)) }
      + [withoutLog].compactMap { $0 }
      + doubts.map {
        PreviewWarning(code: $0.reason.rawValue, text: Messages.text($0, patterns))
      }
      + [selectsEverything(doubts)].compactMap { $0 }
      + silent.compactMap { shadowed.contains($0.index) ? nil : warning(about: $0) }
      + gaveUp + [differentReadings, expiredFields].compactMap { $0 }
  }

  private var withoutLog: PreviewWarning? {
    guard request.restoreType == "1" else { return nil }
    return PreviewWarning(
      "RestoreTime.NoLog",
      "a backup holds one moment, and there is no log here to reach the restore time: "
        + "what was written in between is not counted")
  }

  /// Patterns that leave out no key of a file of several.
  private func selectsEverything(_ doubts: [FilterKeyWarning]) -> PreviewWarning? {
    let tally = summary.tally
    guard !selection.filter.keys.selectsEverything, failure == nil,
      !doubts.contains(where: { $0.reason == .matchesAll }), tally.skipped(.key).keys == 0,
      tally.restored.keys > 1
    else { return nil }
    return PreviewWarning(.matchesAll, "the patterns select every key of the file")
  }

  /// A pattern that was the first to select nothing.
  private func warning(about silent: SilentPattern) -> PreviewWarning? {
    let pattern = patterns[silent.index]
    let name = Messages.spelled(pattern.bytes)
    if silent.selected > 0 {
      guard silent.selectedFirst == 0 else { return nil }
      return PreviewWarning(
        .shadowed, "every key that \(name) selects is selected by patterns before it")
    }
    let code = "FilterKey.MatchesNothing"
    guard silent.common > 0 else {
      return PreviewWarning(code, "\(name) selects no key, and none begins like it")
    }
    let start = Messages.spelled(pattern.literalPrefix.prefix(silent.common))
    return PreviewWarning(
      code,
      "\(name) selects no key; keys that begin with \(start) are \(names(silent.nearest.notes))")
  }

  /// A reading that was not asked for and that gave up.
  private func warning(
    about gaveUp: ReadingCount.GivenUp, _ mode: MatchMode
  ) -> PreviewWarning {
    let pattern = Messages.spelled(patterns[gaveUp.error.pattern].bytes)
    return PreviewWarning(
      "FilterKey.GaveUp",
      "what \(pattern) selects when it is read as \(mode.rawValue) is not known: it took more steps "
        + "than are allowed on \(names([gaveUp.note]))")
  }

  /// Readings that select other keys.
  ///
  /// A real expression naturally matches little as a glob, so only
  /// what a glob selects beyond what was asked for counts.
  private var differentReadings: PreviewWarning? {
    let counts = zip(readings.modes, summary.readings).filter { $0.1.gaveUp == nil }
    let regexes = counts.filter { $0.0.isRegex }.map(\.1)
    let regexesDiffer = regexes.count == 2 && regexes[0].selected != regexes[1].selected
    let parts = counts.compactMap { mode, count -> String? in
      guard mode != request.mode, mode.isRegex ? regexesDiffer : count.more > 0 else { return nil }
      return difference(mode, count)
    }
    guard !parts.isEmpty else { return nil }
    return PreviewWarning(
      "FilterKey.ReadingsDiffer",
      "the ways of reading the patterns differ in what they select: "
        + parts.joined(separator: "; ") + "; make them agree before a restore in production")
  }

  private func difference(_ mode: MatchMode, _ count: ReadingCount) -> String? {
    let words = [(count.more, "more"), (count.fewer, "fewer")].filter { $0.0 > 0 }
      .map { "\(Formatting.count($0)) \($1)" }
    guard !words.isEmpty else { return nil }
    return "\(mode.rawValue) \(words.joined(separator: " and ")), such as "
      + names(count.examples.notes)
  }

  private var expiredFields: PreviewWarning? {
    let fields = summary.fields
    guard fields.over > 0 else { return nil }
    return PreviewWarning(
      "TimeShift.FieldsOver",
      "\(Formatting.count(fields.over, "field", "fields")) with deadlines of their own are over by "
        + "now and die when they come back; a time shift moves the expiry of keys only. Such as in "
        + names(fields.examples.notes))
  }

  private func names(_ notes: [RecordNote]) -> String {
    notes.map { Formatting.key($0.key, width: 60) }.joined(separator: ", ")
  }
}
