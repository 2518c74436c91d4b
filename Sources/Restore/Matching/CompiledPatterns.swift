// From patterns to a program. Each pattern goes the cheapest way that gives the same answer:
//
//   a comparison       what `Affix` recognises
//   a glob             by our own matcher
//   joined             regular expressions that mean the same side by side, tried in one go
//   alone              every other regular expression
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
    /// What a key must begin with.
    var prefix: [UInt8]
    var isSearch: Bool
  }

  /// Regular expressions joined into one; `members` are places in `regexes`, ascending.
  struct Join: Sendable {
    var code: RegexCode
    var members: [Int]
    var prefix: [UInt8]
    var isSearch: Bool
  }

  let affixes: AffixSet
  let globs: [GlobEntry]
  let regexes: [Regex]
  let joins: [Join]
  /// Places in `regexes` of those that are in no join, ascending.
  let alone: [Int]

  /// No patterns: every key is selected.
  public static let everything = CompiledPatterns()

  private init() {
    patterns = []
    limits = MatchLimits()
    affixes = AffixSet([])
    globs = []
    regexes = []
    joins = []
    alone = []
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
    var joiner = Joiner(sorted, usesJIT: limits.usesJIT)
    joiner.joinAll()
    self.patterns = patterns
    self.limits = limits
    affixes = AffixSet(sorted.affixes)
    globs = sorted.globs
    regexes = sorted.regexes
    joins = joiner.joins
    alone = joiner.alone.sorted()
  }

  /// Whether there are no patterns, so that every key is selected.
  public var selectsEverything: Bool { patterns.isEmpty }
}

/// Patterns by the way that each is to go.
struct Sorted {
  var affixes: [(index: Int, affix: Affix)] = []
  var globs: [GlobEntry] = []
  var regexes: [CompiledPatterns.Regex] = []
  /// Places in `regexes` of those that may be joined.
  var joinable: [Int] = []
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
      globs.append(GlobEntry(index, pattern.bytes))
    } else {
      try addRegex(index, pattern, limits)
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
          prefix: isSearch ? [] : syntax.prefix, isSearch: isSearch))
    } catch {
      let reason = FilterKeyError.Reason.syntax(
        code: error.code, message: RegexCode.message(error.code))
      throw FilterKeyError(reason, index: index, pattern: pattern, offset: error.offset)
    }
    joinTexts.append(joinText)
    if syntax.isJoinable { joinable.append(regexes.count - 1) }
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
