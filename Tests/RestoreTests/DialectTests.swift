import Restore
import Testing

@Suite("The pattern dialect") struct DialectTests {
  @Test("the vendor's examples select what the vendor says")
  func vendor() throws {
    for key in ["hllo", "heeeello", "hello"] { #expect(try selects("h.*llo", key)) }
    for key in ["hello", "hllo"] { #expect(try selects("h.?llo", key)) }
    #expect(try !selects("h.?llo", "heello"))
    for key in ["hcllo", "hdllo"] { #expect(try selects("h[^ae]llo", key)) }
    for key in ["hallo", "hello"] { #expect(try !selects("h[^ae]llo", key)) }
    for key in ["hallo", "hbllo"] { #expect(try selects("h[a-b]llo", key)) }
    #expect(try !selects("h[a-b]llo", "hcllo"))
    #expect(try selects("key:00000007198*", "key:00000007198"))
    #expect(try selects("key:00000007198*", "key:0000000719888"))
    #expect(try !selects("key:00000007198*", "key:000000071981"))
  }

  @Test("a star repeats what stands before it; only a glob takes it for anything")
  func trap() throws {
    #expect(try !selects("session:*", "session:abc"))
    #expect(try selects("session:*", "session:::"))
    #expect(try selects("session:*", "session"))
    #expect(try selects("session:*", "session:abc", .search))
    #expect(try selects("session:*", "session:abc", .glob))
    #expect(try !selects("session:*", "session", .glob))
    #expect(try !selects("session:*", "session:abc", .literal))
    #expect(try selects("session:*", "session:*", .literal))
  }

  @Test("a pattern describes the whole key unless it is searched for")
  func whole() throws {
    #expect(try !selects("user:1", "user:10"))
    #expect(try selects("user:1", "user:10", .search))
    #expect(try !selects("a|b", "ab"))
    #expect(try selects("a|ab", "ab"))
    #expect(try !selects("b.", "abc"))
  }

  @Test("a dot describes every byte but CR and LF", arguments: ["a.c", "[ab].c", "a.*c", "(a).c"])
  func dot(pattern: String) throws {
    for byte in UInt8.min...UInt8.max {
      let expected = byte != 0x0a && byte != 0x0d
      #expect(try selects(pattern, [0x61, byte, 0x63]) == expected, "byte \(byte)")
      #expect(try selects(pattern, [0x61, byte, 0x63], .search) == expected, "byte \(byte)")
    }
  }

  @Test("simple patterns agree on line ends with the engine")
  func oneLine() throws {
    for breaks in ["\r", "\n", "\r\n"] {
      let key = "user:1\(breaks)x"
      #expect(try !selects("user:.*", key))
      #expect(try !selects(".*x", key))
      #expect(try !selects(".*ser.*", key))
      #expect(try !selects("(?:user:).*", key))
      #expect(try selects("user:\\d[\\r\\n]+x", key))
      #expect(try selects("ser:", key, .search))
      #expect(try selects(".*ser.*", key, .search))
      #expect(try selects("user*x", key, .glob))
      #expect(try selects(key, key))
    }
  }

  @Test("a dollar is the very end and not the place before a last line end")
  func dollar() throws {
    for mode in [MatchMode.full, .search] {
      #expect(try selects("abc$", "abc", mode))
      #expect(try !selects("abc$", "abc\n", mode))
      #expect(try !selects("a(?:bc)$", "abc\n", mode))
      #expect(try !selects("^abc$", "abc\r\n", mode))
    }
    #expect(try selects("bc$", "abc", .search))
    #expect(try !selects("^bc", "abc", .search))
    #expect(try !selects("^b", "a\nb", .search))
  }

  @Test("case counts, and can be told not to")
  func letterCase() throws {
    #expect(try !selects("user", "User"))
    #expect(try selects("(?i)user", "User"))
    #expect(try !selects("h[a-b]llo", "hAllo"))
  }

  @Test("keys are bytes: NUL, CRLF and what is no UTF-8 are matched like any other")
  func bytes() throws {
    #expect(try selects("a\\x00b", [0x61, 0, 0x62]))
    #expect(try selects("a\u{0}b", [0x61, 0, 0x62]))
    #expect(try selects("[^x]{3}", [0xff, 0xfe, 0x80]))
    #expect(try selects("\\xff.+", [0xff, 0xc3, 0x28]))
    // A text's two bytes are two bytes for a dot.
    #expect(try !selects("caf.", "café"))
    #expect(try selects("caf..", "café"))
    #expect(try selects("café", "café"))
  }

  @Test("an empty key is selected by what describes nothing")
  func emptyKey() throws {
    for pattern in [".*", "a*", "^$", "(a|b)?"] { #expect(try selects(pattern, "")) }
    for pattern in [".", "a+", "a"] { #expect(try !selects(pattern, "")) }
    #expect(try selects("*", "", .glob))
    #expect(try !selects("?", "", .glob))
    #expect(try selects("a?", "", .search))
  }

  @Test("a search may begin between CR and LF")
  func insideLineEnd() throws {
    #expect(try selects("[^a]b", "x\r\nb", .search))
    #expect(try selects("[^a-z]b$", "\r\nb", .search))
    #expect(
      try firstMatch(
        [KeyPattern("q[0-9]", .search), KeyPattern("[^a]b", .search)], Array("\r\nb".utf8)) == 1)
  }

  @Test("keys of 64 KiB are matched by every way there is")
  func longKeys() throws {
    let body = [UInt8](repeating: 0x61, count: 65_536)
    let key = body + Array(":end".utf8)
    for pattern in ["a+:end", "a.*", ".*:end", ".*:e.*", "(?:a|b)*:end", "[^:]*:[a-z]+"] {
      #expect(try selects(pattern, key), "\(pattern)")
      // A class that excludes others describes line ends; a dot does not.
      let isSelected = pattern.hasPrefix("[^")
      #expect(try selects(pattern, body + [0x0a] + key) == isSelected, "\(pattern)")
    }
    #expect(try selects("a*:en?", key, .glob))
    #expect(try selects(":end$", key, .search))
    #expect(try firstMatch([KeyPattern(key, mode: .literal, from: .keysFile(line: 1))], key) == 0)
  }

  @Test("a literal of every length is found at every place of keys of every length, and only there")
  func everyPlace() throws {
    for count in 1...20 {
      let needle = (0..<count).map { UInt8(0x62 + $0) }
      var matcher = KeyMatcher(
        try CompiledPatterns([KeyPattern(needle, mode: .search, from: .keyRegex(option: 0))]))
      for length in count...(count + 20) {
        for place in 0...(length - count) {
          var key = [UInt8](repeating: 0x61, count: length)
          key.replaceSubrange(place..<(place + count), with: needle)
          #expect(try key.lend { (key) throws(KeyMatchError) in try matcher.matches(key) })
          key[place + count - 1] = 0x61
          #expect(try !key.lend { (key) throws(KeyMatchError) in try matcher.matches(key) })
        }
      }
    }
  }
}
