// What is doubtful about a request, once the file is known.

import RDB
import RDBSift
import Restore

extension PreviewScreen {
  /// What is doubtful: of each pattern, and that readings differ.
  func warnings() -> [(code: String, text: String)] {
    let patterns = selection.filter.keys.patterns
    let doubts = FilterKeyWarning.warnings(about: patterns)
    var warnings = request.problems().filter(\.code.isWarning).map {
      (code: $0.code.name, text: Messages.text($0))
    }
    if request.restoreType == "1" {
      let code = "RestoreTime.NoLog"
      warnings.append(
        (
          code,
          "\(code): a backup holds one moment, and there is no log here to reach the restore time: "
            + "what was written in between is not counted"
        ))
    }
    warnings += doubts.map { (code: $0.reason.rawValue, text: Messages.text($0, patterns)) }
    if let everything = selectsEverything(doubts) { warnings.append(everything) }
    let told = Set(doubts.filter { $0.reason == .shadowed }.map(\.index))
    warnings += silent.compactMap { told.contains($0.index) ? nil : warning(about: $0, patterns) }
    warnings += zip(readings.modes, summary.readings).compactMap { mode, count in
      count.gaveUp.map { warning(about: $0, mode) }
    }
    if let differ = readingsDiffer() { warnings.append(differ) }
    if summary.fields.over > 0 { warnings.append(fieldsOver()) }
    return warnings
  }

  /// Says all that is doubtful.
  func tellWarnings() {
    for warning in warnings() { session.tell(warning: warning.text) }
  }

  /// Patterns that leave out no key of a file of several.
  private func selectsEverything(
    _ doubts: [FilterKeyWarning]
  ) -> (code: String, text: String)? {
    let reason = FilterKeyWarning.Reason.matchesAll
    let tally = summary.tally
    guard !selection.filter.keys.selectsEverything, failure == nil,
      !doubts.contains(where: { $0.reason == reason }), tally.skipped(.key).keys == 0,
      tally.restored.keys > 1
    else { return nil }
    return (reason.rawValue, "\(reason.rawValue): the patterns select every key of the file")
  }

  /// A pattern that was the first to select nothing.
  private func warning(
    about silent: SilentPattern, _ patterns: [KeyPattern]
  ) -> (code: String, text: String)? {
    let name = Messages.spelled(patterns[silent.index].bytes)
    if silent.selected > 0 {
      guard silent.selectedFirst == 0 else { return nil }
      let code = FilterKeyWarning.Reason.shadowed.rawValue
      return (code, "\(code): every key that \(name) selects is selected by patterns before it")
    }
    let code = "FilterKey.MatchesNothing"
    guard silent.common > 0 else {
      return (code, "\(code): \(name) selects no key, and none begins like it")
    }
    let start = patterns[silent.index].literalStart.prefix(silent.common)
    return (
      code,
      "\(code): \(name) selects no key; keys that begin with \(Messages.spelled(start)) are "
        + names(silent.nearest.notes)
    )
  }

  /// A reading that was not asked for and that gave up.
  private func warning(
    about gaveUp: ReadingCount.GivenUp, _ mode: MatchMode
  ) -> (code: String, text: String) {
    let code = "FilterKey.GaveUp"
    let pattern = selection.filter.keys.patterns[gaveUp.error.pattern].bytes
    return (
      code,
      "\(code): what \(Messages.spelled(pattern)) selects when it is read as \(mode.rawValue) is not "
        + "known: it took more steps than are allowed on \(KeyText.spelled(gaveUp.note.key, width: 60))"
    )
  }

  /// A loud line where it matters: a real expression naturally matches little as a glob, so only
  /// what a glob selects beyond what was asked for is told of.
  private func readingsDiffer() -> (code: String, text: String)? {
    let counts = zip(readings.modes, summary.readings).filter { $0.1.gaveUp == nil }
    let regexes = counts.filter { $0.0.isRegex }.map(\.1)
    let regexesDiffer = regexes.count == 2 && regexes[0].selected != regexes[1].selected
    let parts = counts.compactMap { mode, count -> String? in
      guard mode != request.mode, mode.isRegex ? regexesDiffer : count.more > 0 else { return nil }
      return difference(mode, count)
    }
    guard !parts.isEmpty else { return nil }
    let code = "FilterKey.ReadingsDiffer"
    return (
      code,
      "\(code): the ways of reading the patterns differ in what they select: "
        + parts.joined(separator: "; ") + "; make them agree before a restore in production"
    )
  }

  private func difference(_ mode: MatchMode, _ count: ReadingCount) -> String? {
    var words: [String] = []
    if count.more > 0 { words.append("\(HumanText.count(count.more)) more") }
    if count.fewer > 0 { words.append("\(HumanText.count(count.fewer)) fewer") }
    guard !words.isEmpty else { return nil }
    return "\(mode.rawValue) \(words.joined(separator: " and ")), such as "
      + names(count.examples.notes)
  }

  private func fieldsOver() -> (code: String, text: String) {
    let code = "TimeShift.FieldsOver"
    return (
      code,
      "\(code): \(HumanText.count(summary.fields.over, "field", "fields")) with deadlines of their "
        + "own are over by now and die when they come back; a time shift moves the expiry of keys "
        + "only. Such as in " + names(summary.fields.examples.notes)
    )
  }

  private func names(_ notes: [RecordNote]) -> String {
    notes.map { KeyText.spelled($0.key, width: 60) }.joined(separator: ", ")
  }
}
