/// Joins regular expressions, as many together as PCRE2 takes.
struct Joiner {
  private let sorted: Sorted
  private let usesJIT: Bool
  private(set) var joins: [CompiledPatterns.Join] = []
  private(set) var alone: [Int]

  /// Members of one join.
  ///
  /// More only make compiling slow and the code larger than the caches.
  private static let mostMembers = 256

  init(_ sorted: Sorted, usesJIT: Bool) {
    self.sorted = sorted
    self.usesJIT = usesJIT
    let joinable = Set(sorted.joinable)
    alone = sorted.regexes.indices.filter { !joinable.contains($0) }
  }

  /// Joins what may be joined; searches and descriptions of whole keys apart.
  mutating func joinAll() {
    for isSearch in [false, true] {
      let members = sorted.joinable.filter { sorted.regexes[$0].isSearch == isSearch }
      for start in stride(from: 0, to: members.count, by: Joiner.mostMembers) {
        join(Array(members[start..<min(start + Joiner.mostMembers, members.count)]))
      }
    }
  }

  /// Joins members, or halves of them if PCRE2 finds them too large together.
  private mutating func join(_ members: [Int]) {
    guard members.count > 1 else {
      alone += members
      return
    }
    let isSearch = sorted.regexes[members[0]].isSearch
    if let code = compile(members, isSearch: isSearch) {
      joins.append(
        CompiledPatterns.Join(
          code: code, members: members, prefix: commonPrefix(members), isSearch: isSearch))
    } else {
      join(Array(members[..<(members.count / 2)]))
      join(Array(members[(members.count / 2)...]))
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

  private func commonPrefix(_ members: [Int]) -> [UInt8] {
    var prefix = sorted.regexes[members[0]].prefix[...]
    for member in members {
      let other = sorted.regexes[member].prefix
      prefix = prefix.prefix(zip(prefix, other).prefix { $0 == $1 }.count)
    }
    return Array(prefix)
  }
}
