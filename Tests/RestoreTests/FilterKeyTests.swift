import Restore
import Testing

@Suite("FilterKey") struct FilterKeyTests {
  @Test("every comma splits, nothing is trimmed, and each item knows its place")
  func splits() {
    let key = FilterKey(" a,b ,c\t,x{1,3}")
    #expect(key.items.map(\.bytes) == [" a", "b ", "c\t", "x{1", "3}"].map { Array($0.utf8) })
    #expect(key.items.map(\.offset) == [0, 3, 6, 9, 13])
    #expect(key.items.map(\.index) == [0, 1, 2, 3, 4])
  }

  @Test(
    "an empty item is an error that names it",
    arguments: [("a,,b", 1), (",a", 0), ("a,", 1), (",", 0), ("a,b,,", 2)])
  func emptyItem(text: String, index: Int) throws {
    let error = #expect(throws: FilterKeyError.self) { try FilterKey(text).patterns() }
    #expect(error?.reason == .emptyItem)
    #expect(error?.index == index)
    #expect(error?.code == "FilterKey.EmptyItem")
  }

  @Test("a FilterKey without a byte is an error of its own")
  func empty() {
    let error = #expect(throws: FilterKeyError.self) { try FilterKey("").patterns() }
    #expect(error?.reason == .emptyFilterKey)
  }

  @Test("a pattern remembers which option and which item it was")
  func origins() throws {
    let patterns = try FilterKey("a,bc").patterns(mode: .glob, option: 2)
    #expect(patterns[1].origin == .filterKey(option: 2, item: 1, offset: 2))
    #expect(patterns[1].mode == .glob)
    #expect(patterns[1].interpreted(as: .full).origin == patterns[1].origin)
  }

  @Test("a pattern that does not compile is told with its number, offset and PCRE2's words")
  func syntax() throws {
    let patterns = try FilterKey("fine,ab(c,d").patterns()
    let error = #expect(throws: FilterKeyError.self) { try CompiledPatterns(patterns) }
    #expect(error?.index == 1)
    #expect(error?.offset == 4)
    #expect(error?.code == "FilterKey.Regex[1]")
    guard case .syntax(_, let message) = error?.reason else {
      Issue.record("not a syntax error")
      return
    }
    #expect(message.contains("parenthesis"))
  }

  @Test(
    "a pattern that is searched for reports the same place as one for whole keys",
    arguments: [("a[b", 3), ("(?<n>a)(?<n>b)", 12), ("*", 0), ("x{2,1}", 5), ("\\", 1)])
  func offsets(text: String, offset: Int) {
    for mode in [MatchMode.full, .search] {
      let error = #expect(throws: FilterKeyError.self) {
        try CompiledPatterns([KeyPattern(text, mode)])
      }
      #expect(error?.offset == offset, "\(mode)")
    }
  }

  @Test("a regular expression given whole keeps its commas, and must have a byte")
  func keyRegex() throws {
    #expect(try firstMatch([KeyPattern(keyRegex: "a{1,3}")], Array("aaa".utf8)) == 0)
    let error = #expect(throws: FilterKeyError.self) {
      try CompiledPatterns([KeyPattern(keyRegex: "")])
    }
    #expect(error?.reason == .emptyPattern)
  }

  @Test("an expression cannot switch UTF on, which would make bytes of keys invalid")
  func noUTF() {
    #expect(throws: FilterKeyError.self) { try CompiledPatterns([KeyPattern("(*UTF)a.")]) }
  }

  @Test("what looks like a mistake is warned of")
  func warnings() throws {
    func reasons(_ text: String, _ mode: MatchMode = .full) throws -> [FilterKeyWarning.Reason] {
      FilterKeyWarning.warnings(about: try FilterKey(text).patterns(mode: mode)).map(\.reason)
    }
    #expect(try reasons("session:*") == [.looksLikeGlob])
    #expect(try reasons("key:00000007198*") == [.looksLikeGlob])
    #expect(try reasons("h.*llo") == [])
    #expect(try reasons("session:*", .glob) == [])
    #expect(try reasons("[ab]*x") == [])
    #expect(try reasons("a{1,3}b") == [.commaInQuantifier])
    #expect(try reasons("a{1,b}") == [])
    #expect(try reasons(".*") == [.matchesAll])
    #expect(try reasons("*", .glob) == [.matchesAll])
    #expect(try reasons("a,b,c,d,e,f,g,h,i,j") == [])
    #expect(try reasons("a,b,c,d,e,f,g,h,i,j,k") == [.manyKeys])
    #expect(try reasons("a.b,b,c,d") == [.unescapedDot, .manyKeys])
  }
}
