// From rules to a program: expressions are compiled, and what each needs to stand in a text is put
// into the sieve, so that most texts meet no expression at all.

/// Rules, compiled once and shared by the threads that search with them.
package final class CompiledSignatures: Sendable {
  /// The rules, in the order of the pack.
  package let rules: [SignatureRule]
  /// How much an expression may cost at one place of a text.
  package let limits: MatchLimits

  let codes: [RegexCode]
  let prefilter: LiteralPrefilter
  /// Rules that any text has to be tried with.
  let alwaysTried: RuleSet
  /// Rules that ask for digits, with how many, and what the least and the most are.
  let digitRules: [(digits: Int, rule: Int)]
  let leastDigits: Int
  let mostDigits: Int
  /// The rules that look at any of some places, by the bits of the places.
  let rulesThere: [RuleSet]
  /// Digits of the shortest number that any rule could find.
  let leastNumber: Int

  /// Compiles a pack.
  /// - Throws: The first rule whose expression cannot be used.
  package init(
    _ pack: SignaturePack, limits: MatchLimits = MatchLimits()
  ) throws(SignatureRuleError) {
    guard pack.rules.count <= RuleSet.capacity else {
      throw SignatureRuleError(.tooManyRules, line: pack.rules[RuleSet.capacity].line)
    }
    rules = pack.rules
    self.limits = limits
    var codes: [RegexCode] = []
    var literals: [(bytes: [UInt8], owner: Int)] = []
    var alwaysTried = RuleSet()
    var digitRules: [(digits: Int, rule: Int)] = []
    for (index, rule) in pack.rules.enumerated() {
      codes.append(try CompiledSignatures.compile(rule, usesJIT: limits.usesJIT))
      let needed = CompiledSignatures.literals(of: rule)
      if rule.digits > 0 {
        digitRules.append((rule.digits, index))
      } else if needed.isEmpty {
        alwaysTried.insert(index)
      }
      // With both, either is enough for a look, and the expression has the last word.
      literals += needed.map { ($0, index) }
    }
    self.codes = codes
    rulesThere = (UInt8(0)..<64).map { places in
      var set = RuleSet()
      for (index, rule) in pack.rules.enumerated() where rule.places.rawValue & places != 0 {
        set.insert(index)
      }
      return set
    }
    self.alwaysTried = alwaysTried
    self.digitRules = digitRules
    prefilter = LiteralPrefilter(literals)
    leastDigits = digitRules.map(\.digits).min() ?? 0
    mostDigits = digitRules.map(\.digits).max() ?? 0
    let numeric = literals.contains { $0.bytes.allSatisfy { DigitRun.isDigit($0) || $0 == 0x2d } }
    leastNumber =
      alwaysTried.isEmpty
      ? (numeric ? LiteralPrefilter.width : digitRules.isEmpty ? .max : leastDigits) : 1
  }

  private static func compile(
    _ rule: SignatureRule, usesJIT: Bool
  ) throws(SignatureRuleError) -> RegexCode {
    do throws(RegexCode.Failure) {
      let code = try RegexCode(rule.pattern, usesJIT ? [.machineCode] : [])
      if !code.describesEmpty { return code }
    } catch {
      let reason = SignatureRuleError.Reason.syntax(
        message: RegexCode.message(error.code), offset: error.offset)
      throw SignatureRuleError(reason, line: rule.line, id: rule.id)
    }
    throw SignatureRuleError(.matchesNothing, line: rule.line, id: rule.id)
  }

  /// The literals of a rule, or what its expression plainly begins with.
  private static func literals(of rule: SignatureRule) -> [[UInt8]] {
    guard rule.literals.isEmpty, rule.digits == 0 else { return rule.literals }
    let prefix = RegexSyntax(rule.pattern).prefix
    return prefix.count >= LiteralPrefilter.width ? [prefix] : []
  }
}
