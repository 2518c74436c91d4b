import RDB
import TestSupport
import Testing

@testable import Restore

@Suite("Rules of the program") struct BuiltInRuleTests {
  static let pack = SignaturePack.builtIn

  /// The first match of a rule in a text, wherever the rule looks.
  private func match(_ id: String, _ text: [UInt8]) throws -> SignatureMatch? {
    var pack = Self.pack
    #expect(pack.keep(only: [id]).isEmpty)
    var matcher = SignatureMatcher(try CompiledSignatures(pack))
    let places = pack.rules[0].places
    guard text.withRawSpan({ matcher.search($0, at: places) }) else { return nil }
    #expect(matcher.undecided.isEmpty)
    return matcher.matches.first
  }

  @Test(
    "each finds what it is for, and leaves alone what only looks like it",
    arguments: SignatureCase.all)
  func finds(example: SignatureCase) throws {
    #expect(!example.found.isEmpty && example.leftAlone.count >= 2)
    for text in example.found {
      let shown = String(decoding: text, as: UTF8.self)
      #expect(try match(example.id, text) != nil, "not found: \(shown)")
      // Wherever it stands: what is looked for must not depend on an even place.
      if example.id != "file-name", !example.id.hasPrefix("key-"), example.id != "unknown-module",
        example.id != "script-body"
      {
        for filler in ["\n", "..\n", ".....\n"] {
          let moved = Array(filler.utf8) + text + Array("\n......".utf8)
          guard example.id != "ssh-public-key" else { break }
          #expect(try match(example.id, moved) != nil, "not found behind \(filler.count): \(shown)")
        }
      }
    }
    for text in example.leftAlone {
      let shown = String(decoding: text, as: UTF8.self)
      #expect(try match(example.id, text) == nil, "found: \(shown)")
    }
  }

  @Test("are all there, and each has its examples")
  func whole() throws {
    let texts = [SignaturePack.intrusions, SignaturePack.campaigns, SignaturePack.secrets]
    let parts = try texts.map { try SignaturePack(parsing: Array($0.utf8)).rules.count }
    #expect(parts.reduce(0, +) == Self.pack.rules.count)
    #expect(Self.pack.rules.map(\.id).sorted() == SignatureCase.all.map(\.id).sorted())
    _ = try CompiledSignatures(Self.pack)
    for rule in Self.pack.rules {
      #expect(rule.reference.hasPrefix("https://") && !rule.title.isEmpty, "\(rule.id)")
    }
  }

  @Test("each is sieved by literals or digits, but for two that see only names")
  func sieved() throws {
    let compiled = try CompiledSignatures(Self.pack)
    #expect(names(compiled.alwaysTried, compiled) == ["file-name", "unknown-module"])
  }

  private func names(_ set: RuleSet, _ compiled: CompiledSignatures) -> [String] {
    var rest = set
    var names: [String] = []
    while let rule = rest.popFirst() { names.append(compiled.rules[rule].id) }
    return names
  }

  @Test(
    "no expression repeats without an end, so that a text costs time in proportion to its length")
  func bounded() {
    for rule in Self.pack.rules {
      var isEscaped = false
      var isInClass = false
      var previous: UInt8 = 0
      for byte in rule.pattern {
        defer { previous = byte }
        if isEscaped {
          isEscaped = false
          continue
        }
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "["): isInClass = true
        case UInt8(ascii: "]"): isInClass = false
        case UInt8(ascii: "*"), UInt8(ascii: "+"):
          // Behind a brace a plus forbids backtracking.
          let isPossessive = byte == UInt8(ascii: "+") && previous == UInt8(ascii: "}")
          if !isInClass { #expect(isPossessive, "\(rule.id)") }
        case UInt8(ascii: "}"): #expect(previous != UInt8(ascii: ","), "\(rule.id)")
        default: break
        }
      }
    }
  }

  @Test("a text made of beginnings of everything is searched to its end")
  func hostile() throws {
    var matcher = SignatureMatcher(try CompiledSignatures(Self.pack))
    for piece in ["<%", "curl a ", "\n* * * * * ", "MZPE\0\0", "eyJhbGci", "4111 1111 ", "DE89 "] {
      let text = Array(String(repeating: piece, count: 100_000 / piece.utf8.count).utf8)
      _ = text.withRawSpan { matcher.search($0, at: [.value, .function]) }
      #expect(matcher.undecided.isEmpty, "\(piece)")
    }
  }
}

@Suite("Packs of rules") struct SignaturePackTests {
  private func failure(_ text: String) -> SignatureRuleError? {
    do throws(SignatureRuleError) {
      _ = try CompiledSignatures(try SignaturePack(parsing: Array(text.utf8)))
      return nil
    } catch {
      return error
    }
  }

  private static let whole = """
    # mine
    [mine]
    title = My own
    severity = low
    where = key value
    reference = https://example.invalid/

    pattern = needle-[0-9]{3}
    """

  @Test("a rule is read with its fields in any order")
  func reads() throws {
    let rule = try #require(try SignaturePack(parsing: Array(Self.whole.utf8)).rules.first)
    #expect(rule.id == "mine" && rule.title == "My own" && rule.severity == .low)
    #expect(rule.places == [.key, .value] && rule.line == 2 && !rule.isSecret)
    #expect(rule.pattern == Array("needle-[0-9]{3}".utf8))
    var more = SignaturePack.builtIn
    let count = more.rules.count
    more.add(try SignaturePack(parsing: Array(Self.whole.utf8)))
    more.add(try SignaturePack(parsing: Array(Self.whole.utf8)))
    #expect(more.rules.count == count + 1)
  }

  @Test("what is wrong is told with its line")
  func refuses() {
    let cases: [(String, SignatureRuleError.Reason, Int)] = [
      ("title = x", .noRule, 1), ("[Mine]", .badID, 1), ("[]", .badID, 1),
      (Self.whole + "\nfoo = bar", .unknownField("foo"), 9),
      (Self.whole + "\ntitle = again", .sameField("title"), 9),
      (Self.whole + "\nwords", .noField, 9), (Self.whole + "\nliteral = abc", .shortLiteral, 9),
      (Self.whole + "\nliteral = abc\\q", .badWord("abc\\q", field: "literal"), 9),
      (Self.whole + "\ndigits = 3", .badWord("3", field: "digits"), 9),
      (Self.whole + "\ncheck = crc", .badWord("crc", field: "check"), 9),
      (Self.whole + "\n" + Self.whole, .sameID, 10),
      ("[a]\nseverity = bad", .badWord("bad", field: "severity"), 2),
      ("[a]\nwhere = key moon", .badWord("moon", field: "where"), 2),
      ("[a]\ntitle = x", .missingField("severity"), 1),
      (Self.whole.replacing("needle", with: "a?"), .syntax(message: "", offset: 0), 2),
      (Self.whole.replacing("needle-[0-9]{3}", with: "x{0,3}"), .matchesNothing, 2),
      (Self.whole.replacing("needle-[0-9]{3}", with: "(x"), .syntax(message: "", offset: 0), 2),
    ]
    for (text, reason, line) in cases {
      let error = failure(text)
      if case .syntax = reason {
        if text.contains("a?") { continue }
        guard case .syntax? = error?.reason else {
          Issue.record("\(text): \(String(describing: error))")
          continue
        }
      } else {
        #expect(error?.reason == reason, "\(text)")
      }
      #expect(error?.line == line, "\(text)")
    }
  }

  @Test("a rule that backtracks without end gives up, and says so")
  func givesUp() throws {
    let text = Self.whole.replacing("needle-[0-9]{3}", with: "needle-(a|aa)+$")
    let compiled = try CompiledSignatures(
      try SignaturePack(parsing: Array(text.utf8)), limits: MatchLimits(steps: 10_000))
    var matcher = SignatureMatcher(compiled)
    let hostile = Array(("needle-" + String(repeating: "a", count: 60) + "b").utf8)
    #expect(hostile.withRawSpan { matcher.search($0, at: .value) })
    #expect(matcher.undecided == [0] && matcher.matches.isEmpty)
  }

  @Test("what a pattern begins with is looked for first, without being asked")
  func derives() throws {
    let compiled = try CompiledSignatures(try SignaturePack(parsing: Array(Self.whole.utf8)))
    #expect(compiled.alwaysTried.isEmpty)
    let short = Self.whole.replacing("needle-", with: "ab")
    let alwaysTried = try CompiledSignatures(try SignaturePack(parsing: Array(short.utf8)))
    #expect(!alwaysTried.alwaysTried.isEmpty)
  }
}

@Suite("What texts are sieved with") struct SieveTests {
  @Test("a prefilter finds the literals that stand in a text, and no others", arguments: [7, 19])
  func sieve(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 {
      func text(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() % 3) &+ 0x61 }
      }
      let literals = (0..<6).map { (bytes: text(4 + Int(random.next() % 4)), owner: $0) }
      let prefilter = LiteralPrefilter(literals)
      let whole = text(Int(random.next() % 60))
      var found: Set<Int> = []
      whole.withRawSpan { span in prefilter.search(span) { owner, _ in found.insert(owner) } }
      let truth = literals.filter { literal in
        whole.indices.contains { whole[$0...].starts(with: literal.bytes) }
      }
      #expect(found == Set(truth.map(\.owner)), "seed \(seed): \(whole) \(literals)")
    }
  }

  /// Digits of the longest row, counted byte by byte.
  private func longest(_ text: [UInt8]) -> Int {
    var best = 0
    var row = 0
    var separated = false
    for byte in text {
      if (0x30...0x39).contains(byte) {
        row += 1
        separated = false
      } else if byte == 0x20 || byte == 0x2d, !separated, row > 0 {
        separated = true
      } else {
        row = 0
        separated = false
      }
      best = max(best, row)
    }
    return best
  }

  @Test("a row of digits is as long as it is", arguments: [3, 11])
  func digits(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let alphabet = Array("0123456789012345 -x".utf8)
    for _ in 0..<2000 {
      let text = (0..<Int(random.next() % 80)).map { _ in
        alphabet[Int(random.next() % UInt64(alphabet.count))]
      }
      let truth = longest(text)
      let found = text.withRawSpan { DigitRun.longest(in: $0, least: 8, enough: .max) }
      #expect(
        found == (truth >= 8 ? truth : 0), "seed \(seed): \(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test("a byte of a range is found wherever it stands, and no other")
  func bytesOfRanges() {
    for range in [UInt8(0x41)...0x59, 0x32...0x36, 0x01...0x7f, 0x7f...0x7f] {
      for byte in UInt8.min...UInt8.max {
        for place in [0, 3, 7, 8, 17, 18] {
          var text = [UInt8](repeating: range.lowerBound == 1 ? 0 : 0x01, count: 19)
          text[place] = byte
          let found = text.withRawSpan { $0.containsByte(in: range) }
          #expect(found == range.contains(byte), "\(byte) at \(place) in \(range)")
        }
      }
    }
  }

  @Test("secrets are told with the part that is masked")
  func secrets() throws {
    var matcher = SignatureMatcher(try CompiledSignatures(SignaturePack.builtIn.secrets))
    let text = Array("a redis://u:pw@h and 4111 1111 1111 1111, AKIAIOSFODNN7EXAMPLE".utf8)
    let places = text.withRawSpan { matcher.secrets(in: $0) }
    let hidden = places.map { String(decoding: text[$0], as: UTF8.self) }
    #expect(Set(hidden) == ["pw", "4111 1111 1111 ", "IOSFODNN7EXAMPLE"])
  }
}
