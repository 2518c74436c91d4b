import Restore
import Testing

@Suite("Hostile patterns") struct HostileTests {
  static let cases: [(String, String)] = [
    ("(a+)+$", String(repeating: "a", count: 60) + "!"),
    ("(a|aa)+b", String(repeating: "a", count: 60) + "bc"),
    ("(x+x+)+y", String(repeating: "x", count: 60) + "yz"),
    ("(.*a){20}c", String(repeating: "a", count: 60) + "cd"),
    ("((a)+)+\\2b", String(repeating: "a", count: 60) + "bc"),
  ]

  @Test("they end soon, in an error that names the pattern", arguments: cases)
  func ends(pattern: String, key: String) throws {
    for usesJIT in [true, false] {
      let patterns = [KeyPattern("harmless[0-9]"), KeyPattern(pattern), KeyPattern("other[0-9]")]
      var matcher = KeyMatcher(
        try CompiledPatterns(patterns, limits: MatchLimits(usesJIT: usesJIT)))
      let elapsed = ContinuousClock().measure {
        let error = #expect(throws: KeyMatchError.self) {
          try Array(key.utf8).lend { (key) throws(KeyMatchError) in try matcher.matches(key) }
        }
        #expect(error?.pattern == 1)
        #expect(error?.reason == .stepLimit)
      }
      #expect(elapsed < .seconds(2))
    }
  }

  @Test("an earlier pattern that selects the key is not asked to wait for them")
  func earlier() throws {
    let (pattern, text) = HostileTests.cases[0]
    let key = Array(text.utf8)
    for harmless in [KeyPattern("a+!"), KeyPattern("a.*"), KeyPattern("a*!", .glob)] {
      #expect(try firstMatch([harmless, KeyPattern(pattern)], key) == 0)
      #expect(throws: KeyMatchError.self) { try firstMatch([KeyPattern(pattern), harmless], key) }
    }
  }

  @Test("a thousand keys that a join gives up on are still answered by its members")
  func joinGivesUp() throws {
    // Alone, the first needs a `q` that no key has and gives up at once; joined, it may not.
    let patterns = [KeyPattern("(x+x+)+q"), KeyPattern("x+y+z")]
    var matcher = KeyMatcher(try CompiledPatterns(patterns))
    let key = [UInt8](repeating: 0x78, count: 40) + Array("yz".utf8)
    for _ in 0..<1000 {
      let found = try key.lend { (key) throws(KeyMatchError) in try matcher.firstMatch(key) }
      #expect(found == 1)
    }
  }

  @Test("memory is limited too: what outgrows the stack of machine code goes to the interpreter")
  func memory() throws {
    let key = [UInt8](repeating: 0x61, count: 200_000)
    let small = MatchLimits(steps: 100_000_000, heapKiB: 64, stackBytes: 32 << 10)
    let error = #expect(throws: KeyMatchError.self) {
      try firstMatch([KeyPattern("(?:a|b)*c|(?:a|b)*d")], key, limits: small)
    }
    #expect(error?.reason == .memoryLimit)
    let large = MatchLimits(steps: 100_000_000, stackBytes: 32 << 10)
    #expect(try firstMatch([KeyPattern("(?:a|b)*a")], key, limits: large) == 0)
  }
}
