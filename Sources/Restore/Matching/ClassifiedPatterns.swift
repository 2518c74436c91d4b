/// Patterns by the form that each is compiled to.
struct ClassifiedPatterns {
  var affixes: [(index: Int, affix: Affix)] = []
  var globs: [GlobEntry] = []
  var regexes: [CompiledPatterns.Regex] = []
  /// Globs and expressions, with the literals they require.
  var filtered: [FilteredPattern] = []
  /// The text of each of `regexes` inside an alternation.
  var combinedTexts: [[UInt8]] = []

  mutating func add(
    _ index: Int, _ pattern: KeyPattern, _ limits: MatchLimits
  ) throws(FilterKeyError) {
    guard !pattern.bytes.isEmpty || pattern.isEmptyKey else {
      throw FilterKeyError(pattern.emptyReason, index: index, pattern: pattern)
    }
    if let affix = Affix(pattern) {
      affixes.append((index, affix))
    } else if pattern.ignoresCase, !pattern.mode.isRegex {
      add(GlobEntry(index, caseless: pattern))
    } else if pattern.mode == .glob {
      add(GlobEntry(index, pattern.bytes))
    } else if let glob = RegexGlob(pattern) {
      add(GlobEntry(index, glob))
    } else {
      try addRegex(index, pattern, limits)
    }
  }

  private mutating func add(_ glob: GlobEntry) {
    filtered.append(
      FilteredPattern(
        step: MatchStep(.glob, globs.count, index: glob.index), prefix: Array(glob.head),
        needles: glob.needles, tail: WordTail(glob.tail), isCombinable: false))
    globs.append(glob)
  }

  /// Moves "contains" comparisons to the needle tables if there are many, so that one pass over the key
  /// finds all of them.
  mutating func filterNeedles() {
    let many = affixes.filter { $0.affix.place == .anywhere && $0.affix.literal.count >= 2 }
    guard many.count > AffixSet.comparisonLimit else { return }
    affixes.removeAll { $0.affix.place == .anywhere && $0.affix.literal.count >= 2 }
    for (index, affix) in many {
      filtered.append(
        FilteredPattern(
          step: MatchStep(affix.isOneLine ? .line : .found, 0, index: index), prefix: [],
          needles: [affix.literal], isCombinable: false))
    }
  }

  private mutating func addRegex(
    _ index: Int, _ pattern: KeyPattern, _ limits: MatchLimits
  ) throws(FilterKeyError) {
    let syntax = RegexSyntax(pattern.bytes)
    let isSearch = pattern.mode == .search
    let text =
      isSearch ? ClassifiedPatterns.searchGroup(syntax) : ClassifiedPatterns.group(pattern.bytes)
    do throws(RegexCode.Failure) {
      let code = try ClassifiedPatterns.code(pattern, syntax, text, usesJIT: limits.usesJIT)
      regexes.append(CompiledPatterns.Regex(index: index, code: code, isSearch: isSearch))
    } catch {
      let reason = FilterKeyError.Reason.syntax(
        code: error.code, message: RegexCode.message(error.code))
      throw FilterKeyError(reason, index: index, pattern: pattern, offset: error.offset)
    }
    combinedTexts.append(text)
    filtered.append(
      FilteredPattern(
        step: MatchStep(.regex, regexes.count - 1, index: index),
        prefix: isSearch || pattern.ignoresCase ? [] : syntax.prefix,
        needles: pattern.ignoresCase ? [] : syntax.texts + (isSearch ? [syntax.prefix] : []),
        isCombinable: syntax.isCombinable && !pattern.ignoresCase))
  }

  /// Compiles one expression on its own.
  private static func code(
    _ pattern: KeyPattern, _ syntax: RegexSyntax, _ text: [UInt8], usesJIT: Bool
  ) throws(RegexCode.Failure) -> RegexCode {
    var traits: RegexCode.Traits = syntax.isCombinable ? [.unnumbered] : []
    // Machine code does not anchor `(*ACCEPT)` to the end of the key.
    if usesJIT, !syntax.hasVerbs { traits.insert(.machineCode) }
    if pattern.ignoresCase { traits.insert(.caseless) }
    guard pattern.mode == .search else {
      return try RegexCode(pattern.bytes, traits.union(.wholeKey))
    }
    guard syntax.isCombinable else { return try RegexCode(pattern.bytes, traits) }
    // Compiled as typed first, so that error offsets refer to the user's text.
    _ = try RegexCode(pattern.bytes, [])
    return try RegexCode(text, traits.union(.everyStart))
  }

  private static func group(_ pattern: some Sequence<UInt8>) -> [UInt8] {
    Array("(?:".utf8) + pattern + Array(")".utf8)
  }

  /// An expression that is tried at every byte of a key.
  ///
  /// PCRE2 does not start a match between a CR and an LF unless the expression mentions one of the two;
  /// the added assertion mentions LF and never fails.
  private static func searchGroup(_ syntax: RegexSyntax) -> [UInt8] {
    group(syntax.searched) + Array("(?!(*F)\\n)".utf8)
  }
}

extension KeyPattern {
  /// Whether this is the empty key of a key list, which is a key like others.
  fileprivate var isEmptyKey: Bool {
    guard case .keysFile = origin else { return false }
    return mode == .literal && bytes.isEmpty
  }

  /// The error for a pattern without bytes.
  fileprivate var emptyReason: FilterKeyError.Reason {
    if case .filterKey = origin { return .emptyItem }
    return .emptyPattern
  }
}
