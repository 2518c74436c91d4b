// Matching, once per key. Comparisons come first; globs and PCRE2 are asked only about patterns that
// stand before the best so far and whose gates are open. A pattern that gives up counts like one that
// selects: it ends the key if no earlier pattern has selected it, exactly as if each were tried by
// itself, in order.

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
  private let gates: GateSet
  private let globs: [GlobEntry]
  private let regexes: [Entry]
  private let joins: [Entry]
  /// The least pattern number that is no comparison.
  private let firstBeyondAffixes: Int
  private let runner: RegexRunner
  /// How often a join gave up where its members had to be asked one by one.
  private var failedJoins = 0
  /// The last eight bytes of the key at hand; nil for a shorter one.
  private var lastWord: UInt64?
  /// The number of the key at hand, and of the last key that each step was tried on: a needle may be
  /// found more than once.
  private var key: UInt64 = 0
  private var lastTried: [UInt64]

  /// Code ready to run.
  @safe private struct Entry: BitwiseCopyable {
    var code: OpaquePointer
    var isJIT: Bool
    var isSearch: Bool
    /// The pattern's number; of a join, the first member's.
    var index: Int
  }

  /// After so many, joins are not asked any more.
  private static let mostFailedJoins = 64

  /// Makes a matcher.
  public init(_ patterns: CompiledPatterns) {
    func entry(_ code: RegexCode, _ index: Int, _ isSearch: Bool) -> Entry {
      unsafe Entry(code: code.pointer, isJIT: code.isJIT, isSearch: isSearch, index: index)
    }
    let regexes = patterns.regexes.map { entry($0.code, $0.index, $0.isSearch) }
    joins = patterns.joins.map { entry($0.code, regexes[$0.members[0]].index, $0.isSearch) }
    self.patterns = patterns
    self.regexes = regexes
    affixes = patterns.affixes
    gates = patterns.gates
    globs = patterns.globs
    firstBeyondAffixes = patterns.gates.gates.map(\.index).min() ?? .max
    runner = RegexRunner(patterns.limits, groups: regexes.isEmpty ? 0 : 1)
    lastTried = Array(repeating: 0, count: patterns.gates.steps.count)
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
    if best > firstBeyondAffixes { best = try firstContender(key, before: best) }
    return best == .max ? nil : best
  }
}

extension KeyMatcher {
  /// The best of a search so far: a pattern's number, and why it gave up if it did.
  private struct Best: BitwiseCopyable {
    var index: Int
    /// 0, or PCRE2's number for the error.
    var failure: Int32 = 0
  }

  private mutating func firstContender(
    _ key: RawSpan, before limit: Int
  ) throws(KeyMatchError) -> Int {
    var best = Best(index: limit)
    // Wraps after 2^64 keys.
    self.key &+= 1
    lastWord =
      key.byteCount >= 8 ? UInt64(littleEndian: key.word64(at: key.byteCount &- 8)) : nil
    if gates.heads == nil {
      // By number: to iterate over an array would retain it, once per key.
      var place = 0
      while place < gates.gates.count {
        enter(place, key, &best)
        place &+= 1
      }
    } else {
      enterByHeads(key, &best)
    }
    guard best.failure != 0 else { return best.index }
    throw KeyMatchError(
      pattern: best.index, reason: RegexRunner.failure(best.failure) ?? .refused,
      code: best.failure)
  }

  /// Enters the gate without a head, and those whose heads are looked up.
  private mutating func enterByHeads(_ key: RawSpan, _ best: inout Best) {
    if gates.gates[0].head.isEmpty { enter(0, key, &best) }
    var place = 0
    while let length = gates.heads?.length(place), length <= key.byteCount {
      if let gate = gates.heads?.index(of: key, at: 0, length), gate != .max {
        enter(gate, key, &best)
      }
      place &+= 1
    }
  }

  /// Tries what stands behind a gate, if it is open and anything behind it could be better.
  @inline(__always)
  private mutating func enter(_ place: Int, _ key: RawSpan, _ best: inout Best) {
    let gate = gates.gates[place]
    guard gate.index < best.index, key.byteCount >= gate.head.count,
      key.equals(gate.head.count, at: 0, gates.headBytes.span, at: gate.head.lowerBound)
    else { return }
    tryAll(gate.steps, key, &best)
    if gate.needles >= 0 { seek(gate.needles, key, &best) }
  }

  /// Tries the steps whose needles a key holds.
  private mutating func seek(_ table: Int, _ key: RawSpan, _ best: inout Best) {
    var at = 0
    while let place = gates.tables[table].nextPlace(in: key, from: at) {
      let candidates = gates.tables[table].candidates(in: key, at: place)
      var candidate = candidates.lowerBound
      while candidate < candidates.upperBound {
        let needle = gates.tables[table].index(candidate, in: key, at: place)
        if needle != .max { tryFound(gates.needled[needle], key, &best) }
        candidate &+= 1
      }
      at = place &+ 1
    }
  }

  /// Tries the steps of a needle that was found, once for each key.
  private mutating func tryFound(_ steps: Range<Int>, _ key: RawSpan, _ best: inout Best) {
    var number = steps.lowerBound
    while number < steps.upperBound {
      let step = gates.steps[number]
      guard step.index < best.index else { return }
      if lastTried[number] != self.key {
        lastTried[number] = self.key
        attempt(step, key, &best)
      }
      number &+= 1
    }
  }

  /// Tries steps in the order of their numbers, until none could be better.
  @inline(__always)
  private mutating func tryAll(_ steps: Range<Int>, _ key: RawSpan, _ best: inout Best) {
    var number = steps.lowerBound
    while number < steps.upperBound {
      let step = gates.steps[number]
      guard step.index < best.index else { return }
      attempt(step, key, &best)
      number &+= 1
    }
  }

  @inline(__always)
  private mutating func attempt(_ step: GateStep, _ key: RawSpan, _ best: inout Best) {
    if let lastWord, !step.tail.ends(lastWord) { return }
    switch step.kind {
    case .found: best = Best(index: step.index)
    case .line: if !key.hasLineBreak { best = Best(index: step.index) }
    case .glob: if globs[step.place].matches(key) { best = Best(index: step.index) }
    case .regex:
      if step.needle.isEmpty || holds(key, step.needle) { _ = ask(step.place, key, &best) }
    case .join: askJoin(step.place, key, &best)
    }
  }

  /// Whether a key holds a needle.
  @inline(__always)
  private func holds(_ key: RawSpan, _ needle: Range<Int>) -> Bool {
    let bytes = gates.needleBytes.span
    return key.contains(
      WordHead(bytes, at: needle), needle.count, of: bytes, at: needle.lowerBound)
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
