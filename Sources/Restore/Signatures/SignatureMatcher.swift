// Searches texts: the prefilter finds candidate rules, and only their expressions run.

/// A match of a rule in a text.
package struct SignatureMatch: Hashable, BitwiseCopyable, Sendable {
  /// The rule's number.
  package var rule: Int
  /// The offset of the match.
  package var start: Int
  /// The offset after the match.
  package var end: Int
  /// The part to redact, if the rule finds secrets.
  package var secretStart: Int
  /// The offset after that part.
  package var secretEnd: Int
}

/// Searches texts with compiled rules.
///
/// Each thread needs its own; a text without matches costs no allocation.
@safe package struct SignatureMatcher: ~Copyable {
  /// The compiled rules; they own every code pointer below.
  package let signatures: CompiledSignatures
  /// The first match of each rule in the last search, in the order of the pack.
  package private(set) var matches: [SignatureMatch] = []
  /// Rules that hit a limit in the last search; their result is unknown.
  package private(set) var undecided: [Int] = []
  /// The fewest digits of a number worth searching.
  package let leastNumber: Int

  private let runner: RegexRunner
  private let codes: [Code]
  private let alwaysTried: RuleSet
  private let leastDigits: Int
  private let mostDigits: Int
  /// The rules that look at any of some places, by the bits of the places.
  private let rulesThere: [RuleSet]
  private var steps: UInt32 = 0

  /// Compiled code.
  @safe private struct Code: BitwiseCopyable {
    var pointer: OpaquePointer
    var isJIT: Bool
    var check: SignatureRule.Check?
  }

  /// Creates a matcher.
  package init(_ signatures: CompiledSignatures) {
    self.signatures = signatures
    runner = RegexRunner(signatures.limits, groups: 2)
    codes = zip(signatures.codes, signatures.rules).map {
      unsafe Code(pointer: $0.pointer, isJIT: $0.isJIT, check: $1.check)
    }
    rulesThere = signatures.rulesThere
    alwaysTried = signatures.alwaysTried
    leastDigits = signatures.leastDigits
    mostDigits = signatures.mostDigits
    leastNumber = signatures.leastNumber
  }

  /// Searches a text at a place.
  /// - Returns: Whether anything matched or is undecided.
  package mutating func search(_ text: RawSpan, at place: SignatureRule.Places) -> Bool {
    let candidates = candidates(in: text).intersection(rulesThere[Int(place.rawValue & 63)])
    return candidates.isEmpty ? false : decide(text, candidates)
  }

  /// Whether whole packed structures can be cleared at once: no rule is tried on every text or on
  /// short numbers, which are not stored as text.
  package var canClearWholeStructures: Bool {
    alwaysTried.intersection(rulesThere[Int(SignatureRule.Places.value.rawValue)]).isEmpty
      && leastNumber > 8
  }

  /// Whether texts at some places can be cleared together: no rule is tried on every text there.
  package func canClear(_ places: SignatureRule.Places) -> Bool {
    alwaysTried.intersection(rulesThere[Int(places.rawValue & 63)]).isEmpty
  }

  /// Passes where a text among these bytes may match, wherever texts begin and end: first where
  /// literals begin, then runs of digits with their count, which `mayMatch` decides about.
  ///
  /// A text that contains none of these ranges is clean.
  package func suspects(
    in bytes: RawSpan, at places: SignatureRule.Places,
    _ body: (_ place: Range<Int>, _ digits: Int) -> Void
  ) {
    let there = rulesThere[Int(places.rawValue & 63)]
    signatures.prefilter.search(bytes) { owner, start in
      if there.contains(owner) { body(start..<start &+ 1, 0) }
    }
    guard leastDigits > 0 else { return }
    DigitRun.each(in: bytes, least: leastDigits) { digits, place in
      body(place, digits)
      return true
    }
  }

  /// Whether a rule about digits may match in a text with a run of so many.
  package func mayMatch(
    _ digits: Int, in text: RawSpan, at places: SignatureRule.Places
  ) -> Bool {
    let there = rulesThere[Int(places.rawValue & 63)]
    return signatures.digitRules.contains {
      there.contains($0.rule) && $0.mayMatch(digits, in: text)
    }
  }

  /// How numbers and compressed strings are marked in a structure.
  package enum Surroundings: Sendable {
    /// Entries of a listpack.
    case listpack
    /// Entries of a ziplist.
    case ziplist
    /// Strings of RDB files.
    case strings

    /// The marks of numbers with more than eight digits, and of LZF data.
    fileprivate var marks: (UInt8, UInt8) {
      switch self {
      case .listpack: (0xf3, 0xf4)
      case .ziplist: (0xd0, 0xe0)
      case .strings: (0xc2, 0xc3)
      }
    }
  }

  /// Whether no text in the bytes can match, wherever texts begin and end.
  package func isClean(_ bytes: RawSpan, of surroundings: Surroundings) -> Bool {
    let candidates = candidates(in: bytes)
      .intersection(rulesThere[Int(SignatureRule.Places.value.rawValue)])
    guard candidates.isEmpty else { return false }
    let marks = surroundings.marks
    return !bytes.containsByte(marks.0, or: marks.1)
  }

  /// The rules that may match.
  @inline(__always)
  private func candidates(in text: RawSpan) -> RuleSet {
    var candidates = alwaysTried
    signatures.prefilter.search(text) { owner, _ in candidates.insert(owner) }
    if leastDigits > 0, text.byteCount >= leastDigits {
      let digits = DigitRun.longest(in: text, least: leastDigits, enough: mostDigits)
      if digits > 0 {
        for rule in signatures.digitRules where rule.mayMatch(digits, in: text) {
          candidates.insert(rule.rule)
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

  /// Steps count per start position, so a long text gets fewer.
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
      // A valid number may begin inside an invalid one.
      at = max(whole.lowerBound, at) + 1
    }
    return nil
  }

  /// The places of secrets in a text, for redaction.
  ///
  /// - Parameter text: Any text.
  /// - Returns: Places in no order; they may overlap.
  package mutating func secrets(in text: RawSpan) -> [Range<Int>] {
    var candidates = candidates(in: text)
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
      // If the result is unknown, the whole text is redacted.
      if !undecided.isEmpty { found.append(0..<text.byteCount) }
    }
    undecided.removeAll(keepingCapacity: true)
    return found
  }
}
