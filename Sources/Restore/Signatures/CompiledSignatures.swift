// Compiles rules. Expressions run only on texts that the literal prefilter lets through.

/// Rules, compiled once and shared by threads.
package final class CompiledSignatures: Sendable {
  /// The rules, in the order of the pack.
  package let rules: [SignatureRule]
  /// Limits for an expression at one position of a text.
  package let limits: MatchLimits

  let codes: [RegexCode]
  let prefilter: LiteralPrefilter
  /// Rules that are tried on every text.
  let alwaysTried: RuleSet
  /// Rules that require digits, and the smallest and the largest number of these.
  let digitRules: [DigitRule]
  let leastDigits: Int
  let mostDigits: Int
  /// The rules for each combination of places.
  let rulesThere: [RuleSet]
  /// The fewest digits of a number that any rule could find.
  let leastNumber: Int

  /// Compiles a pack.
  /// - Throws: The first rule whose expression is invalid.
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
    var digitRules: [DigitRule] = []
    for (index, rule) in pack.rules.enumerated() {
      codes.append(try CompiledSignatures.compile(rule, usesJIT: limits.usesJIT))
      let needed = CompiledSignatures.literals(of: rule)
      if rule.digits > 0 {
        digitRules.append(DigitRule(rule.digits, index, codes[index]))
      } else if needed.isEmpty {
        alwaysTried.insert(index)
      }
      // A rule with literals and digits is tried if either occurs.
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

  /// The literals of a rule, or the literal prefix of its expression.
  private static func literals(of rule: SignatureRule) -> [[UInt8]] {
    guard rule.literals.isEmpty, rule.digits == 0 else { return rule.literals }
    let prefix = RegexSyntax(rule.pattern).prefix
    return prefix.count >= LiteralPrefilter.width ? [prefix] : []
  }
}

/// A rule that requires a run of digits.
struct DigitRule: Sendable {
  let digits: Int
  let rule: Int
  /// A match begins with one of these bytes, which are ASCII; nil if it is not known.
  private let firstBytes: ClosedRange<UInt8>?

  init(_ digits: Int, _ rule: Int, _ code: RegexCode) {
    self.digits = digits
    self.rule = rule
    firstBytes = code.firstBytes.flatMap { $0.upperBound < 0x80 ? $0 : nil }
  }

  /// Whether it may match in a text whose longest run has so many digits.
  @inline(__always)
  func mayMatch(_ digits: Int, in text: RawSpan) -> Bool {
    guard self.digits <= digits else { return false }
    return firstBytes.map { text.containsByte(in: $0) } ?? true
  }
}
