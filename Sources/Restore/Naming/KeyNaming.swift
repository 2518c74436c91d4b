// New names of keys: the first rule that matches a key determines its name, other keys keep theirs,
// and the prefix precedes both.

/// Rename rules, compiled once and shared by threads.
package struct KeyNaming: Sendable {
  /// The prefix of every name.
  package let prefix: [UInt8]
  /// The rules, in the order in which they are tried.
  package let rules: [RenameRule]
  let codes: [RegexCode]
  let limits: MatchLimits

  /// No change.
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
  ///   - prefix: The prefix of every name.
  ///   - limits: Limits for each rule on one key.
  /// - Throws: The first invalid rule.
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
    // Machine code does not anchor `(*ACCEPT)` to the end of the key.
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

  /// Whether two keys may get the same name; a prefix alone keeps names distinct.
  package var mayCollide: Bool { !rules.isEmpty }
}
