// Matches one key. Comparisons run first; globs and PCRE2 run only for patterns that come before the best
// match so far and whose required literals the key contains. A pattern that hits a limit counts like a
// match: it is the result if no earlier pattern selects the key, exactly as if all were tried in order.

private import CPCRE2

/// Matches keys with compiled patterns.
///
/// Each thread needs its own. Matching allocates nothing per key.
@safe package struct KeyMatcher: ~Copyable {
  /// The compiled patterns; they own every code pointer below.
  package let patterns: CompiledPatterns
  private let affixes: AffixSet
  private let filter: RequiredLiteralFilter
  private let globs: [GlobEntry]
  private let regexes: [Entry]
  private let combined: [Entry]
  /// The smallest pattern number that is not a comparison.
  private let firstNonAffix: Int
  private let runner: RegexRunner
  /// How often a combined expression hit a limit and its members were tried one by one.
  private var failedCombined = 0
  /// The last eight bytes of the current key; nil for a shorter key.
  private var lastWord: UInt64?
  /// The current key's number, and the last key that each step was tried on: a key may contain a needle
  /// more than once.
  private var key: UInt64 = 0
  private var lastTried: [UInt64]

  /// Compiled code.
  @safe private struct Entry: BitwiseCopyable {
    var code: OpaquePointer
    var isJIT: Bool
    var isSearch: Bool
    /// The pattern's number; of a combined expression, that of its first member.
    var index: Int
  }

  /// After this many failures, combined expressions are no longer used.
  private static let failedCombinedLimit = 64

  /// Creates a matcher.
  package init(_ patterns: CompiledPatterns) {
    func entry(_ code: RegexCode, _ index: Int, _ isSearch: Bool) -> Entry {
      unsafe Entry(code: code.pointer, isJIT: code.isJIT, isSearch: isSearch, index: index)
    }
    let regexes = patterns.regexes.map { entry($0.code, $0.index, $0.isSearch) }
    combined = patterns.combined.map { entry($0.code, regexes[$0.members[0]].index, $0.isSearch) }
    self.patterns = patterns
    self.regexes = regexes
    affixes = patterns.affixes
    filter = patterns.filter
    globs = patterns.globs
    firstNonAffix = patterns.filter.groups.map(\.index).min() ?? .max
    runner = RegexRunner(patterns.limits, groups: regexes.isEmpty ? 0 : 1)
    lastTried = Array(repeating: 0, count: patterns.filter.steps.count)
  }

  /// Whether any pattern selects a key.
  ///
  /// Without patterns every key is selected.
  ///
  /// - Throws: The first pattern that hit a limit, if no earlier one selects the key.
  package mutating func matches(_ key: RawSpan) throws(KeyMatchError) -> Bool {
    if patterns.selectsEverything { return true }
    return try firstMatch(key) != nil
  }

  /// The number of the first pattern that selects a key.
  ///
  /// - Parameter key: The key's bytes.
  /// - Returns: The number; nil if no pattern selects the key or there are no patterns.
  /// - Throws: The first pattern that hit a limit, if no earlier one selects the key.
  package mutating func firstMatch(_ key: RawSpan) throws(KeyMatchError) -> Int? {
    var best = affixes.firstMatch(key)
    if best > firstNonAffix { best = try firstFiltered(key, before: best) }
    return best == .max ? nil : best
  }
}

extension KeyMatcher {
  /// The best result so far: a pattern's number, and PCRE2's error if it hit a limit.
  private struct Best: BitwiseCopyable {
    var index: Int
    /// 0, or PCRE2's error code.
    var failure: Int32 = 0
  }

  private mutating func firstFiltered(
    _ key: RawSpan, before limit: Int
  ) throws(KeyMatchError) -> Int {
    var best = Best(index: limit)
    // Wraps after 2^64 keys.
    self.key &+= 1
    lastWord =
      key.byteCount >= 8 ? UInt64(littleEndian: key.word64(at: key.byteCount &- 8)) : nil
    if filter.prefixes == nil {
      // By number: to iterate over an array would retain it, once per key.
      var place = 0
      while place < filter.groups.count {
        tryGroup(place, key, &best)
        place &+= 1
      }
    } else {
      tryGroupsByPrefix(key, &best)
    }
    guard best.failure != 0 else { return best.index }
    throw KeyMatchError(
      pattern: best.index, reason: RegexRunner.failure(best.failure) ?? .refused,
      code: best.failure)
  }

  /// Tries the group without a prefix, then those whose prefix the key has.
  private mutating func tryGroupsByPrefix(_ key: RawSpan, _ best: inout Best) {
    if filter.groups[0].prefix.isEmpty { tryGroup(0, key, &best) }
    var place = 0
    while let length = filter.prefixes?.length(place), length <= key.byteCount {
      if let group = filter.prefixes?.index(of: key, at: 0, length), group != .max {
        tryGroup(group, key, &best)
      }
      place &+= 1
    }
  }

  /// Tries a group if the key has its prefix and the group may hold an earlier pattern.
  @inline(__always)
  private mutating func tryGroup(_ place: Int, _ key: RawSpan, _ best: inout Best) {
    let group = filter.groups[place]
    guard group.index < best.index, key.byteCount >= group.prefix.count,
      key.equals(group.prefix.count, at: 0, filter.prefixBytes.span, at: group.prefix.lowerBound)
    else { return }
    tryAll(group.steps, key, &best)
    if group.needles >= 0 { seek(group.needles, key, &best) }
  }

  /// Tries the steps whose needles the key contains.
  private mutating func seek(_ table: Int, _ key: RawSpan, _ best: inout Best) {
    var at = 0
    while let place = filter.tables[table].nextPlace(in: key, from: at) {
      let candidates = filter.tables[table].candidates(in: key, at: place)
      var candidate = candidates.lowerBound
      while candidate < candidates.upperBound {
        let needle = filter.tables[table].index(candidate, in: key, at: place)
        if needle != .max { tryFound(filter.stepsByNeedle[needle], key, &best) }
        candidate &+= 1
      }
      at = place &+ 1
    }
  }

  /// Tries the steps of a needle that was found, once per key.
  private mutating func tryFound(_ steps: Range<Int>, _ key: RawSpan, _ best: inout Best) {
    var number = steps.lowerBound
    while number < steps.upperBound {
      let step = filter.steps[number]
      guard step.index < best.index else { return }
      if lastTried[number] != self.key {
        lastTried[number] = self.key
        attempt(step, key, &best)
      }
      number &+= 1
    }
  }

  /// Tries steps by ascending number until no later one can be better.
  @inline(__always)
  private mutating func tryAll(_ steps: Range<Int>, _ key: RawSpan, _ best: inout Best) {
    var number = steps.lowerBound
    while number < steps.upperBound {
      let step = filter.steps[number]
      guard step.index < best.index else { return }
      attempt(step, key, &best)
      number &+= 1
    }
  }

  @inline(__always)
  private mutating func attempt(_ step: MatchStep, _ key: RawSpan, _ best: inout Best) {
    if let lastWord, !step.tail.ends(lastWord) { return }
    switch step.kind {
    case .found: best = Best(index: step.index)
    case .line: if !key.hasLineBreak { best = Best(index: step.index) }
    case .glob: if globs[step.place].matches(key) { best = Best(index: step.index) }
    case .regex:
      if step.needle.isEmpty || holds(key, step.needle) { _ = ask(step.place, key, &best) }
    case .combined: tryCombined(step.place, key, &best)
    }
  }

  /// Whether the key contains a needle.
  @inline(__always)
  private func holds(_ key: RawSpan, _ needle: Range<Int>) -> Bool {
    let bytes = filter.needleBytes.span
    return key.contains(
      WordHead(bytes, at: needle), needle.count, of: bytes, at: needle.lowerBound)
  }

  /// Tries a combined expression, then its members where its result is not final.
  private mutating func tryCombined(_ place: Int, _ key: RawSpan, _ best: inout Best) {
    var end = best.index
    if failedCombined < KeyMatcher.failedCombinedLimit {
      let answer = run(combined[place], key)
      guard answer != PCRE2_ERROR_NOMATCH else { return }
      if answer >= 0, let member = runner.markedNumber(), member < regexes.count {
        let index = regexes[member].index
        if index < best.index { best = Best(index: index) }
        guard combined[place].isSearch else { return }
        end = index
      } else {
        failedCombined += 1
      }
    }
    for member in patterns.combined[place].members {
      guard regexes[member].index < min(end, best.index) else { return }
      if ask(member, key, &best) { return }
    }
  }

  /// Tries one expression; true if it selects the key or hits a limit, which makes it the best result.
  @inline(__always)
  private func ask(_ place: Int, _ key: RawSpan, _ best: inout Best) -> Bool {
    let answer = run(regexes[place], key)
    guard answer != PCRE2_ERROR_NOMATCH else { return false }
    best = Best(index: regexes[place].index, failure: min(answer, 0))
    return true
  }

  @inline(__always)
  private func run(_ entry: Entry, _ key: RawSpan) -> Int32 {
    // SAFETY: the code belongs to `patterns`.
    unsafe runner.run(entry.code, isJIT: entry.isJIT, key)
  }
}
