/// Combines regular expressions into alternations, as large as PCRE2 accepts.
struct RegexCombiner {
  private let patterns: ClassifiedPatterns
  private let usesJIT: Bool
  private(set) var combined: [CompiledPatterns.CombinedRegex] = []

  /// Members of one alternation; more would only slow compilation and outgrow the caches.
  private static let memberLimit = 256

  init(_ patterns: ClassifiedPatterns, usesJIT: Bool) {
    self.patterns = patterns
    self.usesJIT = usesJIT
  }

  /// Combines expressions; searches and whole-key expressions separately.
  ///
  /// - Parameter places: Indices of combinable expressions, ascending.
  /// - Returns: The steps to try instead.
  mutating func steps(_ places: [Int]) -> [MatchStep] {
    var steps: [MatchStep] = []
    for isSearch in [false, true] {
      let members = places.filter { patterns.regexes[$0].isSearch == isSearch }
      for start in stride(from: 0, to: members.count, by: RegexCombiner.memberLimit) {
        let end = min(start + RegexCombiner.memberLimit, members.count)
        combine(Array(members[start..<end]), &steps)
      }
    }
    return steps
  }

  /// Combines members, or each half of them if PCRE2 finds them too large together.
  private mutating func combine(_ members: [Int], _ steps: inout [MatchStep]) {
    let index = patterns.regexes[members[0]].index
    guard members.count > 1 else {
      steps.append(MatchStep(.regex, members[0], index: index))
      return
    }
    let isSearch = patterns.regexes[members[0]].isSearch
    if let code = compile(members, isSearch: isSearch) {
      steps.append(MatchStep(.combined, combined.count, index: index))
      combined.append(
        CompiledPatterns.CombinedRegex(code: code, members: members, isSearch: isSearch))
    } else {
      combine(Array(members[..<(members.count / 2)]), &steps)
      combine(Array(members[(members.count / 2)...]), &steps)
    }
  }

  private func compile(_ members: [Int], isSearch: Bool) -> RegexCode? {
    var text: [UInt8] = []
    for member in members {
      if !text.isEmpty { text.append(UInt8(ascii: "|")) }
      text += patterns.combinedTexts[member] + Array("(*MARK:\(member))".utf8)
    }
    var traits: RegexCode.Traits =
      isSearch ? [.unnumbered, .everyStart] : [.unnumbered, .wholeKey]
    if usesJIT { traits.insert(.machineCode) }
    guard let code = try? RegexCode(text, traits) else { return nil }
    // Separate machine code beats an interpreted alternation.
    return code.isJIT || !patterns.regexes[members[0]].code.isJIT ? code : nil
  }
}
