// Matching, once per key. Comparisons come first; PCRE2 is asked only about patterns that stand
// before the best so far. A pattern that gives up counts like one that selects: it ends the key if
// no earlier pattern has selected it, exactly as if each were tried by itself, in order.

private import CPCRE2

/// Matches keys with compiled patterns.
///
/// A thread has its own; it allocates nothing per key.
@safe public struct KeyMatcher: ~Copyable {
  /// What is matched with.
  ///
  /// It owns every pointer to code below.
  public let patterns: CompiledPatterns
  private let affixes: AffixSet
  private let prefixes: [UInt8]
  private let globs: [GlobEntry]
  private let regexes: [Entry]
  private let joins: [Entry]
  private let alone: [Int]
  /// The least pattern number that is no comparison.
  private let firstBeyondAffixes: Int
  private let runner: RegexRunner
  /// How often a join gave up where its members had to be asked one by one.
  private var failedJoins = 0

  /// Code ready to run, and what a key must begin with for it.
  @safe private struct Entry: BitwiseCopyable {
    var code: OpaquePointer
    var isJIT: Bool
    var isSearch: Bool
    /// The pattern's number; of a join, the first member's.
    var index: Int
    var prefixStart: Int
    var prefixCount: Int
  }

  /// After so many, joins are not asked any more.
  private static let mostFailedJoins = 64

  /// Makes a matcher.
  public init(_ patterns: CompiledPatterns) {
    var prefixes: [UInt8] = []
    func entry(_ code: RegexCode, _ index: Int, _ isSearch: Bool, _ prefix: [UInt8]) -> Entry {
      prefixes += prefix
      return unsafe Entry(
        code: code.pointer, isJIT: code.isJIT, isSearch: isSearch, index: index,
        prefixStart: prefixes.count - prefix.count, prefixCount: prefix.count)
    }
    let regexes = patterns.regexes.map { entry($0.code, $0.index, $0.isSearch, $0.prefix) }
    joins = patterns.joins.map {
      entry($0.code, regexes[$0.members[0]].index, $0.isSearch, $0.prefix)
    }
    self.patterns = patterns
    self.regexes = regexes
    self.prefixes = prefixes
    affixes = patterns.affixes
    globs = patterns.globs
    alone = patterns.alone
    firstBeyondAffixes = min(
      regexes.first?.index ?? .max, patterns.globs.first?.index ?? .max)
    runner = RegexRunner(patterns.limits, groups: regexes.isEmpty ? 0 : 1)
  }

  /// Whether any pattern selects a key.
  ///
  /// Without patterns every key is selected.
  ///
  /// - Throws: The first pattern that gave up, if none before it selects the key.
  public mutating func matches(_ key: RawSpan) throws(KeyMatchError) -> Bool {
    if patterns.selectsEverything { return true }
    return try firstMatch(key) != nil
  }

  /// The number of the first pattern, in the order given, that selects a key.
  ///
  /// - Parameter key: The key's bytes.
  /// - Returns: The number, or nil if no pattern does; also nil if there are no patterns.
  /// - Throws: The first pattern that gave up, if none before it selects the key.
  public mutating func firstMatch(_ key: RawSpan) throws(KeyMatchError) -> Int? {
    var best = affixes.firstMatch(key)
    if best > firstBeyondAffixes {
      if !globs.isEmpty { best = firstGlob(key, before: best) }
      if !regexes.isEmpty { best = try firstRegex(key, before: best) }
    }
    return best == .max ? nil : best
  }

  private func firstGlob(_ key: RawSpan, before best: Int) -> Int {
    var place = 0
    while place < globs.count, globs[place].index < best {
      if globs[place].matches(key) { return globs[place].index }
      place &+= 1
    }
    return best
  }
}

extension KeyMatcher {
  /// The best of a search so far: a pattern's number, and why it gave up if it did.
  private struct Best: BitwiseCopyable {
    var index: Int
    /// 0, or PCRE2's number for the error.
    var failure: Int32 = 0
  }

  private mutating func firstRegex(
    _ key: RawSpan, before limit: Int
  ) throws(KeyMatchError) -> Int {
    var best = Best(index: limit)
    // By number: to iterate over an array would retain it, once per key.
    var place = 0
    while place < joins.count {
      if joins[place].index < best.index, begins(key, joins[place]) { askJoin(place, key, &best) }
      place &+= 1
    }
    place = 0
    while place < alone.count, regexes[alone[place]].index < best.index {
      if ask(alone[place], key, &best) { break }
      place &+= 1
    }
    guard best.failure != 0 else { return best.index }
    throw KeyMatchError(
      pattern: best.index, reason: RegexRunner.failure(best.failure) ?? .refused,
      code: best.failure)
  }

  /// Tries a join, and its members one by one where the join's answer is not the last word.
  private mutating func askJoin(_ place: Int, _ key: RawSpan, _ best: inout Best) {
    var end = best.index
    if failedJoins < KeyMatcher.mostFailedJoins {
      let answer = run(joins[place], key)
      guard answer != PCRE2_ERROR_NOMATCH else { return }
      if answer >= 0, let member = runner.markedNumber(), member < regexes.count {
        let index = regexes[member].index
        if index < best.index { best = Best(index: index) }
        guard joins[place].isSearch else { return }
        end = index
      } else {
        failedJoins += 1
      }
    }
    for member in patterns.joins[place].members {
      guard regexes[member].index < min(end, best.index) else { return }
      if ask(member, key, &best) { return }
    }
  }

  /// Tries one expression; true if it selects the key or gives up, which makes it the best.
  @inline(__always)
  private func ask(_ place: Int, _ key: RawSpan, _ best: inout Best) -> Bool {
    guard begins(key, regexes[place]) else { return false }
    let answer = run(regexes[place], key)
    guard answer != PCRE2_ERROR_NOMATCH else { return false }
    best = Best(index: regexes[place].index, failure: min(answer, 0))
    return true
  }

  /// Whether a key begins with what every match of the entry begins with.
  @inline(__always)
  private func begins(_ key: RawSpan, _ entry: Entry) -> Bool {
    key.byteCount >= entry.prefixCount
      && key.equals(entry.prefixCount, at: 0, prefixes.span, at: entry.prefixStart)
  }

  @inline(__always)
  private func run(_ entry: Entry, _ key: RawSpan) -> Int32 {
    // SAFETY: the code belongs to `patterns`.
    unsafe runner.run(entry.code, isJIT: entry.isJIT, key)
  }
}
