// Patterns that selected nothing, and why, as `preview` explains them: for the commands that list or
// export keys.

import RDB
import RDBSift
import Restore

/// Patterns that selected nothing.
struct PatternHints {
  private let patterns: [KeyPattern]
  private let unmatched: [UnmatchedPattern]

  /// Looks at the patterns that were not the first to select any key; this reads the backup again.
  init(_ backup: Backup, _ selected: RestoreSelection, after tally: PlanTally) {
    patterns = selected.filter.keys.patterns
    unmatched = backup.unmatchedPatterns(selected, after: tally)
  }

  /// A warning for each pattern that selects nothing, and for what its text seems to mean.
  var warnings: [PreviewWarning] {
    unmatched.filter { $0.selected == 0 }.flatMap { pattern in
      patterns[pattern.index].misreadings.map {
        let warning = FilterKeyWarning($0, index: pattern.index)
        return PreviewWarning(code: $0.rawValue, text: Messages.text(warning, patterns))
      } + [PreviewWarning(about: pattern, patterns)].compactMap { $0 }
    }
  }

  /// Keys as examples.
  static func names(_ notes: [RecordNote]) -> String {
    notes.map { Formatting.key($0.key, width: 60) }.joined(separator: ", ")
  }
}

extension PreviewWarning {
  /// A pattern that matches no key, or none that earlier patterns do not match.
  init?(about unmatched: UnmatchedPattern, _ patterns: [KeyPattern]) {
    let pattern = patterns[unmatched.index]
    let name = Messages.spelled(pattern.bytes)
    if unmatched.selected > 0 {
      guard unmatched.selectedFirst == 0 else { return nil }
      self.init(.shadowed, "every key that \(name) matches is matched by earlier patterns")
      return
    }
    let code = "FilterKey.MatchesNothing"
    if unmatched.literal > 0, pattern.mode != .literal {
      self.init(
        code,
        "\(name) matches no key, but is the name of one; use --match literal to select that key")
    } else if unmatched.common > 0 {
      let start = Messages.spelled(pattern.literalPrefix.prefix(unmatched.common))
      self.init(
        code,
        "\(name) matches no key; some keys start with \(start), such as "
          + PatternHints.names(unmatched.nearest.notes))
    } else {
      self.init(code, "\(name) matches no key, and no key has a similar start")
    }
  }
}

extension Session {
  /// Reports that nothing was selected, and patterns that selected nothing.
  ///
  /// - Parameters:
  ///   - backup: The backup that was read.
  ///   - selected: The selection.
  ///   - tally: The keys that it restores.
  ///   - isTold: Whether the number of keys was reported.
  func reportUnmatched(
    _ backup: Backup, _ selected: RestoreSelection, _ tally: PlanTally, isTold: Bool = false
  ) {
    if tally.restored.keys == 0, !isTold { warn("no key is selected") }
    guard !selected.filter.keys.selectsEverything else { return }
    for warning in PatternHints(backup, selected, after: tally).warnings { warn(warning.text) }
  }
}
