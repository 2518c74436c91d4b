/// An invalid rule.
package struct SignatureRuleError: Error, Hashable, Sendable {
  /// Why a rule is invalid.
  package enum Reason: Hashable, Sendable {
    /// The line is neither a name in brackets nor a field.
    case noField
    /// The line stands before the first rule.
    case noRule
    /// The name contains other characters than lower-case letters, digits and dashes.
    case badID
    /// More rules than can be searched at once.
    case tooManyRules
    /// Another rule has the same name.
    case sameID
    /// An unknown field.
    case unknownField(String)
    /// A repeated field.
    case sameField(String)
    /// A missing field.
    case missingField(String)
    /// An invalid value of a field.
    case badWord(String, field: String)
    /// A literal is shorter than the prefilter requires.
    case shortLiteral
    /// The expression does not compile.
    case syntax(message: String, offset: Int)
    /// The expression matches the empty text, and so everything.
    case matchesNothing
  }

  /// Why.
  package var reason: Reason
  /// The line, from 1.
  package var line: Int
  /// The rule, if it has a name yet.
  package var id: String?

  init(_ reason: Reason, line: Int, id: String? = nil) {
    self.reason = reason
    self.line = line
    self.id = id
  }
}
