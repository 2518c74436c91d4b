/// Joins regular expressions, as many together as PCRE2 takes.
struct Joiner {
  private let sorted: Sorted
  private let usesJIT: Bool
  private(set) var joins: [CompiledPatterns.Join] = []

  /// Members of one join.
  ///
  /// More only make compiling slow and the code larger than the caches.
  private static let mostMembers = 256

  init(_ sorted: Sorted, usesJIT: Bool) {
    self.sorted = sorted
    self.usesJIT = usesJIT
  }

  /// Joins expressions that may be joined; searches and descriptions of whole keys apart.
  ///
  /// - Parameter places: Places of expressions, ascending.
  /// - Returns: What is to be tried instead.
  mutating func steps(_ places: [Int]) -> [GateStep] {
    var steps: [GateStep] = []
    for isSearch in [false, true] {
      let members = places.filter { sorted.regexes[$0].isSearch == isSearch }
      for start in stride(from: 0, to: members.count, by: Joiner.mostMembers) {
        join(Array(members[start..<min(start + Joiner.mostMembers, members.count)]), &steps)
      }
    }
    return steps
  }

  /// Joins members, or halves of them if PCRE2 finds them too large together.
  private mutating func join(_ members: [Int], _ steps: inout [GateStep]) {
    let index = sorted.regexes[members[0]].index
    guard members.count > 1 else {
      steps.append(GateStep(.regex, members[0], index: index))
      return
    }
    let isSearch = sorted.regexes[members[0]].isSearch
    if let code = compile(members, isSearch: isSearch) {
      steps.append(GateStep(.join, joins.count, index: index))
      joins.append(CompiledPatterns.Join(code: code, members: members, isSearch: isSearch))
    } else {
      join(Array(members[..<(members.count / 2)]), &steps)
      join(Array(members[(members.count / 2)...]), &steps)
    }
  }

  private func compile(_ members: [Int], isSearch: Bool) -> RegexCode? {
    var text: [UInt8] = []
    for member in members {
      if !text.isEmpty { text.append(UInt8(ascii: "|")) }
      text += sorted.joinTexts[member] + Array("(*MARK:\(member))".utf8)
    }
    var traits: RegexCode.Traits =
      isSearch ? [.unnumbered, .everyStart] : [.unnumbered, .wholeKey]
    if usesJIT { traits.insert(.machineCode) }
    let code = try? RegexCode(text, traits)
    guard let code else { return nil }
    // Each by itself in machine code is quicker than all together without.
    return code.isJIT || !sorted.regexes[members[0]].code.isJIT ? code : nil
  }
}
