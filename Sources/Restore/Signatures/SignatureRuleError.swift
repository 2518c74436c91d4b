/// A rule that cannot be used: which, where in its pack, and why.
package struct SignatureRuleError: Error, Hashable, Sendable {
  /// Why a rule cannot be used.
  package enum Reason: Hashable, Sendable {
    /// The line is neither a name in brackets nor a field.
    case noField
    /// The line stands before the first rule.
    case noRule
    /// The name of the rule is not made of small letters, digits and dashes.
    case badID
    /// There are more rules than can be searched with at once.
    case tooManyRules
    /// Another rule has the same name.
    case sameID
    /// A field that rules do not have.
    case unknownField(String)
    /// A field that the rule has already.
    case sameField(String)
    /// A field that the rule lacks.
    case missingField(String)
    /// A word that the field does not take.
    case badWord(String, field: String)
    /// A literal is shorter than the search for literals needs.
    case shortLiteral
    /// The expression does not compile.
    case syntax(message: String, offset: Int)
    /// The expression describes the empty text, and so everything.
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
