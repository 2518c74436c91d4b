// What keys are called at their destination: the first rule that describes a key makes its name, a key
// that none describes keeps its own, and the prefix stands before either.

/// Rules for names, compiled once and shared by threads.
package struct KeyNaming: Sendable {
  /// What stands before every name.
  package let prefix: [UInt8]
  /// The rules, in the order in which they are tried.
  package let rules: [RenameRule]
  let codes: [RegexCode]
  let limits: MatchLimits

  /// Every key keeps its name.
  package static let identity = KeyNaming()

  private init() {
    prefix = []
    rules = []
    codes = []
    limits = MatchLimits()
  }

  /// Compiles rules.
  ///
  /// - Parameters:
  ///   - rules: The rules, in the order in which they are tried.
  ///   - prefix: What stands before every name.
  ///   - limits: How much each rule may cost on one key.
  /// - Throws: The first rule that cannot be used.
  package init(
    _ rules: [RenameRule], prefix: [UInt8] = [], limits: MatchLimits = MatchLimits()
  ) throws(RenameError) {
    self.prefix = prefix
    self.rules = rules
    self.limits = limits
    var codes: [RegexCode] = []
    for (index, rule) in rules.enumerated() {
      codes.append(try KeyNaming.code(rule, index, usesJIT: limits.usesJIT))
    }
    self.codes = codes
  }

  private static func code(
    _ rule: RenameRule, _ index: Int, usesJIT: Bool
  ) throws(RenameError) -> RegexCode {
    var traits: RegexCode.Traits = .wholeKey
    // Machine code does not hold `(*ACCEPT)` to the end of the key.
    if usesJIT, !RegexSyntax(rule.pattern).hasVerbs { traits.insert(.machineCode) }
    let code: RegexCode
    do throws(RegexCode.Failure) {
      code = try RegexCode(rule.pattern, traits)
    } catch {
      let reason = RenameError.Reason.syntax(
        code: error.code, message: RegexCode.message(error.code))
      throw RenameError(reason, rule: index, text: rule.pattern, offset: error.offset)
    }
    guard rule.highestGroup <= code.groups else {
      throw RenameError(
        .noGroup(rule.highestGroup, has: code.groups), rule: index, text: rule.pattern)
    }
    return code
  }

  /// Whether every key keeps its name.
  package var isIdentity: Bool { prefix.isEmpty && rules.isEmpty }

  /// Whether two keys may get one name: a prefix alone keeps different names different.
  package var mayCollide: Bool { !rules.isEmpty }
}
