// From patterns to a program. Each pattern goes the cheapest way that gives the same answer:
//
//   a comparison       what `Affix` recognises
//   a glob             by our own matcher, also for what `RegexGlob` recognises
//   joined             regular expressions that mean the same side by side, tried in one go
//   alone              every other regular expression
//
// All but the first stand behind gates (`GateSet`): what a key must begin with, or hold.
//
// Joined expressions are `(?:p0)(*MARK:0)|(?:p1)(*MARK:1)|…`. For whole keys the alternatives are
// tried in order at the one place, so the mark is the first pattern that selects. In a search the
// mark is of the leftmost match, and only earlier patterns remain to be tried.

/// Patterns, compiled once and shared by the threads that match keys with them.
public final class CompiledPatterns: Sendable {
  /// The patterns, in the order given.
  public let patterns: [KeyPattern]
  /// How much a pattern may cost on one key.
  public let limits: MatchLimits

  /// A regular expression and which pattern it is.
  struct Regex: Sendable {
    var index: Int
    var code: RegexCode
    var isSearch: Bool
  }

  /// Regular expressions joined into one; `members` are places in `regexes`, ascending.
  struct Join: Sendable {
    var code: RegexCode
    var members: [Int]
    var isSearch: Bool
  }

  let affixes: AffixSet
  let globs: [GlobEntry]
  let regexes: [Regex]
  let joins: [Join]
  /// When each glob, expression and join is tried.
  let gates: GateSet

  /// No patterns: every key is selected.
  public static let everything = CompiledPatterns()

  private init() {
    patterns = []
    limits = MatchLimits()
    affixes = AffixSet([])
    globs = []
    regexes = []
    joins = []
    gates = GateSet()
  }

  /// Compiles patterns; without any, every key is selected.
  ///
  /// - Parameters:
  ///   - patterns: The patterns, in the order in which they are to be tried.
  ///   - limits: How much each may cost on one key.
  /// - Throws: The first pattern that cannot be used, and where in it.
  public init(
    _ patterns: [KeyPattern], limits: MatchLimits = MatchLimits()
  ) throws(FilterKeyError) {
    var sorted = Sorted()
    for (index, pattern) in patterns.enumerated() {
      try sorted.add(index, pattern, limits)
    }
    sorted.gateNeedles()
    var joiner = Joiner(sorted, usesJIT: limits.usesJIT)
    gates = GateSet(sorted.contenders, &joiner)
    self.patterns = patterns
    self.limits = limits
    affixes = AffixSet(sorted.affixes)
    globs = sorted.globs
    regexes = sorted.regexes
    joins = joiner.joins
  }

  /// Whether there are no patterns, so that every key is selected.
  public var selectsEverything: Bool { patterns.isEmpty }
}

/// Patterns by the way that each is to go.
struct Sorted {
  var affixes: [(index: Int, affix: Affix)] = []
  var globs: [GlobEntry] = []
  var regexes: [CompiledPatterns.Regex] = []
  /// What is tried behind gates: globs and expressions.
  var contenders: [Contender] = []
  /// How each of `regexes` is spelled inside a join.
  var joinTexts: [[UInt8]] = []

  mutating func add(
    _ index: Int, _ pattern: KeyPattern, _ limits: MatchLimits
  ) throws(FilterKeyError) {
    guard !pattern.bytes.isEmpty else {
      throw FilterKeyError(pattern.emptiness, index: index, pattern: pattern)
    }
    if let affix = Affix(pattern) {
      affixes.append((index, affix))
    } else if pattern.mode == .glob {
      add(GlobEntry(index, pattern.bytes))
    } else if let glob = RegexGlob(pattern) {
      add(GlobEntry(index, glob))
    } else {
      try addRegex(index, pattern, limits)
    }
  }

  private mutating func add(_ glob: GlobEntry) {
    contenders.append(
      Contender(
        step: GateStep(.glob, globs.count, index: glob.index), head: Array(glob.head),
        needles: glob.needles, tail: WordTail(glob.tail), isJoinable: false))
    globs.append(glob)
  }

  /// Puts comparisons with any part of a key behind gates, where there are more than a few: all are
  /// then looked for at once.
  mutating func gateNeedles() {
    let many = affixes.filter { $0.affix.place == .anywhere && $0.affix.literal.count >= 2 }
    guard many.count > AffixSet.fewEnough else { return }
    affixes.removeAll { $0.affix.place == .anywhere && $0.affix.literal.count >= 2 }
    for (index, affix) in many {
      contenders.append(
        Contender(
          step: GateStep(affix.isOneLine ? .line : .found, 0, index: index), head: [],
          needles: [affix.literal], isJoinable: false))
    }
  }

  private mutating func addRegex(
    _ index: Int, _ pattern: KeyPattern, _ limits: MatchLimits
  ) throws(FilterKeyError) {
    let syntax = RegexSyntax(pattern.bytes)
    let isSearch = pattern.mode == .search
    let joinText = isSearch ? Sorted.looking(syntax) : Sorted.group(pattern.bytes)
    do throws(RegexCode.Failure) {
      regexes.append(
        CompiledPatterns.Regex(
          index: index,
          code: try Sorted.code(pattern, syntax, joinText, usesJIT: limits.usesJIT),
          isSearch: isSearch))
    } catch {
      let reason = FilterKeyError.Reason.syntax(
        code: error.code, message: RegexCode.message(error.code))
      throw FilterKeyError(reason, index: index, pattern: pattern, offset: error.offset)
    }
    joinTexts.append(joinText)
    contenders.append(
      Contender(
        step: GateStep(.regex, regexes.count - 1, index: index),
        head: isSearch ? [] : syntax.prefix,
        needles: syntax.texts + (isSearch ? [syntax.prefix] : []), isJoinable: syntax.isJoinable))
  }

  /// The code of one expression by itself.
  private static func code(
    _ pattern: KeyPattern, _ syntax: RegexSyntax, _ joinText: [UInt8], usesJIT: Bool
  ) throws(RegexCode.Failure) -> RegexCode {
    var traits: RegexCode.Traits = syntax.isJoinable ? [.unnumbered] : []
    // Machine code does not hold `(*ACCEPT)` to the end of the key.
    if usesJIT, !syntax.hasVerbs { traits.insert(.machineCode) }
    guard pattern.mode == .search else {
      return try RegexCode(pattern.bytes, traits.union(.wholeKey))
    }
    guard syntax.isJoinable else { return try RegexCode(pattern.bytes, traits) }
    // As typed it is compiled only to hear what is wrong with it, and where.
    _ = try RegexCode(pattern.bytes, [])
    return try RegexCode(joinText, traits.union(.everyStart))
  }

  private static func group(_ pattern: some Sequence<UInt8>) -> [UInt8] {
    Array("(?:".utf8) + pattern + Array(")".utf8)
  }

  /// An expression that is looked for at every byte of a key.
  ///
  /// PCRE2 does not begin a match between a CR and an LF unless the expression names one of the
  /// two; so it names one, where that can never fail.
  private static func looking(_ syntax: RegexSyntax) -> [UInt8] {
    group(syntax.searched) + Array("(?!(*F)\\n)".utf8)
  }
}

extension KeyPattern {
  /// What to call it if it has no bytes.
  fileprivate var emptiness: FilterKeyError.Reason {
    if case .filterKey = origin { return .emptyItem }
    return .emptyPattern
  }
}
