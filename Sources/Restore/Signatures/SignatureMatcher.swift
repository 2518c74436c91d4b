// Searching, text by text: the sieve says which rules may have a match, and only their expressions
// are run.

/// A place in a text that a rule describes.
public struct SignatureMatch: Hashable, BitwiseCopyable, Sendable {
  /// The rule's number.
  public var rule: Int
  /// The first byte, and the first behind the last.
  public var start: Int
  /// The first byte behind the match.
  public var end: Int
  /// The part that reports mask, where the rule finds secrets.
  public var secretStart: Int
  /// The first byte behind that part.
  public var secretEnd: Int
}

/// Searches texts with compiled rules.
///
/// A thread has its own; a text in which nothing is found costs no allocation.
@safe public struct SignatureMatcher: ~Copyable {
  /// What is searched for.
  ///
  /// It owns every pointer to code below.
  public let signatures: CompiledSignatures
  /// What the last search found: of each rule the first match, rules in the order of the pack.
  public private(set) var matches: [SignatureMatch] = []
  /// Rules that gave up in the last search: whether the text has what they describe is not known.
  public private(set) var undecided: [Int] = []
  /// Digits of the shortest number that could be worth a search.
  public let leastNumber: Int

  private let runner: RegexRunner
  private let codes: [Code]
  private let unsieved: RuleSet
  private let leastDigits: Int
  private let mostDigits: Int
  /// The rules that look at any of some places, by the bits of the places.
  private let rulesThere: [RuleSet]
  private var steps: UInt32 = 0

  /// Code ready to run.
  @safe private struct Code: BitwiseCopyable {
    var pointer: OpaquePointer
    var isJIT: Bool
    var check: SignatureRule.Check?
  }

  /// Makes a matcher.
  public init(_ signatures: CompiledSignatures) {
    self.signatures = signatures
    runner = RegexRunner(signatures.limits, groups: 2)
    codes = zip(signatures.codes, signatures.rules).map {
      unsafe Code(pointer: $0.pointer, isJIT: $0.isJIT, check: $1.check)
    }
    rulesThere = signatures.rulesThere
    unsieved = signatures.unsieved
    leastDigits = signatures.leastDigits
    mostDigits = signatures.mostDigits
    leastNumber = signatures.leastNumber
  }

  /// Searches a text that stands at a place.
  /// - Returns: Whether anything is found or undecided.
  public mutating func search(_ text: RawSpan, at place: SignatureRule.Places) -> Bool {
    let candidates = sift(text).intersection(rulesThere[Int(place.rawValue & 63)])
    return candidates.isEmpty ? false : decide(text, candidates)
  }

  /// Whether packed structures can be told clean as a whole: where no rule is tried on every text, nor
  /// on short numbers, which are not spelled in them.
  public var tellsCleanStructures: Bool {
    unsieved.intersection(rulesThere[Int(SignatureRule.Places.value.rawValue)]).isEmpty
      && leastNumber > 8
  }

  /// How numbers and packed strings are marked among the bytes of texts.
  public enum Surroundings: Sendable {
    /// Entries of a listpack.
    case listpack
    /// Entries of a ziplist.
    case ziplist
    /// Strings as RDB files have them.
    case strings

    /// The marks of numbers of more than eight digits, and of LZF data.
    fileprivate var marks: (UInt64, UInt64) {
      switch self {
      case .listpack: (0xf3, 0xf4)
      case .ziplist: (0xd0, 0xe0)
      case .strings: (0xc2, 0xc3)
      }
    }
  }

  /// Whether no text among bytes can have a match, wherever texts begin and end.
  public func isClean(_ bytes: RawSpan, of surroundings: Surroundings) -> Bool {
    let candidates = sift(bytes)
      .intersection(rulesThere[Int(SignatureRule.Places.value.rawValue)])
    guard candidates.isEmpty else { return false }
    let marks = surroundings.marks
    return !bytes.hasByte(marks.0, or: marks.1)
  }

  /// The rules that may have a match.
  @inline(__always)
  private func sift(_ text: RawSpan) -> RuleSet {
    var candidates = unsieved
    signatures.sieve.search(text) { candidates.insert($0) }
    if leastDigits > 0, text.byteCount >= leastDigits {
      let digits = DigitRun.longest(in: text, least: leastDigits, enough: mostDigits)
      if digits > 0 {
        for index in signatures.digitRules.indices
        where signatures.digitRules[index].digits <= digits {
          candidates.insert(signatures.digitRules[index].rule)
        }
      }
    }
    return candidates
  }

  @inline(never)
  private mutating func decide(_ text: RawSpan, _ candidates: RuleSet) -> Bool {
    if !matches.isEmpty { matches.removeAll(keepingCapacity: true) }
    if !undecided.isEmpty { undecided.removeAll(keepingCapacity: true) }
    limitSteps(for: text)
    var candidates = candidates
    while let rule = candidates.popFirst() {
      if let match = next(rule, text, from: 0) { matches.append(match) }
    }
    return !matches.isEmpty || !undecided.isEmpty
  }

  /// Steps are counted anew at each byte, so a long text gets fewer at each.
  private mutating func limitSteps(for text: RawSpan) {
    let share = max(1_000_000_000 / max(text.byteCount, 1), 2_000)
    let steps = min(UInt32(clamping: share), signatures.limits.steps)
    guard steps != self.steps else { return }
    self.steps = steps
    runner.limit(steps: steps)
  }

  /// The next match of a rule that passes its check.
  private mutating func next(_ rule: Int, _ text: RawSpan, from start: Int) -> SignatureMatch? {
    var at = start
    let code = codes[rule]
    while at < text.byteCount {
      // SAFETY: the code belongs to `signatures`.
      let answer = unsafe runner.run(code.pointer, isJIT: code.isJIT, text, from: at)
      guard answer >= 0 else {
        if RegexRunner.failure(answer) != nil { undecided.append(rule) }
        return nil
      }
      guard let whole = runner.range(0) else { return nil }
      let secret = runner.range(1) ?? whole
      if code.check?.passes(text.extracting(whole)) ?? true {
        return SignatureMatch(
          rule: rule, start: whole.lowerBound, end: whole.upperBound,
          secretStart: secret.lowerBound, secretEnd: secret.upperBound)
      }
      // A row of digits may hold a number that passes behind the beginning of one that does not.
      at = max(whole.lowerBound, at) + 1
    }
    return nil
  }

  /// Where secrets stand in a text: what is to be masked before anybody sees it.
  ///
  /// - Parameter text: Any text, wherever it stands.
  /// - Returns: Places, in no order; they may overlap.
  public mutating func secrets(in text: RawSpan) -> [Range<Int>] {
    var candidates = sift(text)
    limitSteps(for: text)
    var found: [Range<Int>] = []
    while let rule = candidates.popFirst() {
      guard signatures.rules[rule].isSecret else { continue }
      var at = 0
      undecided.removeAll(keepingCapacity: true)
      while let match = next(rule, text, from: at) {
        found.append(match.secretStart..<match.secretEnd)
        at = max(match.end, at + 1)
      }
      // What nobody can decide is not shown.
      if !undecided.isEmpty { found.append(0..<text.byteCount) }
    }
    undecided.removeAll(keepingCapacity: true)
    return found
  }
}

extension RawSpan {
  /// Whether any byte is one of two.
  fileprivate func hasByte(_ one: UInt64, or other: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var at = 0
    while at &+ 8 <= byteCount {
      let word = word64(at: at)
      let (first, second) = (word ^ (one &* ones), word ^ (other &* ones))
      // A byte that is 0 borrows from its high bit.
      let zeros = (first &- ones) & ~first | (second &- ones) & ~second
      if zeros & highs != 0 { return true }
      at &+= 8
    }
    while at < byteCount {
      if [one, other].contains(UInt64(byte(at: at))) { return true }
      at &+= 1
    }
    return false
  }
}
