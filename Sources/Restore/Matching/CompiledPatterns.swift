// Patterns are compiled to the cheapest form with the same result:
//
//   a comparison       patterns that `Affix` recognises
//   a glob             matched by `Glob`, also the expressions that `RegexGlob` recognises
//   combined           regular expressions that keep their meaning inside an alternation
//   alone              every other regular expression
//
// All but the first are tried only where their required literals occur (`RequiredLiteralFilter`).
//
// Combined expressions are `(?:p0)(*MARK:0)|(?:p1)(*MARK:1)|…`. For whole keys, alternatives are tried
// in order at one position, so the mark is the first pattern that selects the key. In a search the mark
// belongs to the leftmost match, so earlier patterns are tried afterwards.

/// Patterns, compiled once and shared by the threads that match keys.
package final class CompiledPatterns: Sendable {
  /// The patterns, in the order given.
  package let patterns: [KeyPattern]
  /// The limits for each pattern on one key.
  package let limits: MatchLimits

  /// A regular expression and its pattern number.
  struct Regex: Sendable {
    var index: Int
    var code: RegexCode
    var isSearch: Bool
  }

  /// An alternation of regular expressions; `members` are indices of `regexes`, ascending.
  struct CombinedRegex: Sendable {
    var code: RegexCode
    var members: [Int]
    var isSearch: Bool
  }

  let affixes: AffixSet
  let globs: [GlobEntry]
  let regexes: [Regex]
  let combined: [CombinedRegex]
  /// When each glob and expression is tried.
  let filter: RequiredLiteralFilter

  /// No patterns, as a selection: every key is selected.
  package static let everything = CompiledPatterns()
  /// No patterns, as an exclusion: no key is excluded.
  package static let nothing = CompiledPatterns()

  private init() {
    patterns = []
    limits = MatchLimits()
    affixes = AffixSet([])
    globs = []
    regexes = []
    combined = []
    filter = RequiredLiteralFilter()
  }

  /// Compiles patterns; without any, every key is selected.
  ///
  /// - Parameters:
  ///   - patterns: The patterns, in the order in which they are tried.
  ///   - limits: The limits for each pattern on one key.
  /// - Throws: The first invalid pattern, with the offset of the error.
  package init(
    _ patterns: [KeyPattern], limits: MatchLimits = MatchLimits()
  ) throws(FilterKeyError) {
    var classified = ClassifiedPatterns()
    for (index, pattern) in patterns.enumerated() {
      try classified.add(index, pattern, limits)
    }
    classified.filterNeedles()
    var combiner = RegexCombiner(classified, usesJIT: limits.usesJIT)
    filter = RequiredLiteralFilter(classified.filtered, &combiner)
    self.patterns = patterns
    self.limits = limits
    affixes = AffixSet(classified.affixes)
    globs = classified.globs
    regexes = classified.regexes
    combined = combiner.combined
  }

  /// Whether there are no patterns, so that every key is selected.
  package var selectsEverything: Bool { patterns.isEmpty }
}
