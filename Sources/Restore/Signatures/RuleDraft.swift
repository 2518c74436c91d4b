// A rule while its fields are parsed.

/// A rule that may lack fields.
struct RuleDraft {
  private(set) var rule: SignatureRule
  private var seen: Set<String> = []

  private static let required = ["title", "severity", "where", "reference", "pattern"]

  init(_ id: [UInt8], line: Int) throws(SignatureRuleError) {
    let isName = id.allSatisfy { byte in
      (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
    }
    guard isName, !id.isEmpty else { throw SignatureRuleError(.badID, line: line) }
    rule = SignatureRule(
      id: String(decoding: id, as: UTF8.self), title: "", severity: .low, places: [],
      reference: "", pattern: [], literals: [], digits: 0, check: nil, isSecret: false, line: line)
  }

  /// Sets a field.
  mutating func set(
    _ name: String, _ value: [UInt8], line: Int
  ) throws(SignatureRuleError) {
    guard seen.insert(name).inserted || name == "literal" else {
      throw SignatureRuleError(.sameField(name), line: line, id: rule.id)
    }
    let text = String(decoding: value, as: UTF8.self)
    let bad = SignatureRuleError(.badWord(text, field: name), line: line, id: rule.id)
    switch name {
    case "title": rule.title = text
    case "reference": rule.reference = text
    case "severity":
      guard let severity = SignatureRule.Severity.allCases.first(where: { $0.name == text }) else {
        throw bad
      }
      rule.severity = severity
    case "where": try setPlaces(text, line: line)
    case "pattern": rule.pattern = value
    case "literal":
      guard let literal = EscapedBytes.bytes(value, spaces: true) else { throw bad }
      guard literal.count >= LiteralPrefilter.width else {
        throw SignatureRuleError(.shortLiteral, line: line, id: rule.id)
      }
      rule.literals.append(literal)
    case "digits":
      guard let digits = Int(text), (4...64).contains(digits) else { throw bad }
      rule.digits = digits
    case "check":
      guard let check = SignatureRule.Check(rawValue: text) else { throw bad }
      rule.check = check
    case "secret":
      guard text == "yes" || text == "no" else { throw bad }
      rule.isSecret = text == "yes"
    default: throw SignatureRuleError(.unknownField(name), line: line, id: rule.id)
    }
  }

  private mutating func setPlaces(_ text: String, line: Int) throws(SignatureRuleError) {
    for word in text.split(separator: " ") {
      guard let place = SignatureRule.Places.names.first(where: { $0.0 == word }) else {
        throw SignatureRuleError(.badWord(String(word), field: "where"), line: line, id: rule.id)
      }
      rule.places.insert(place.1)
    }
  }

  /// The rule, if no field is missing.
  func finished() throws(SignatureRuleError) -> SignatureRule {
    for name in RuleDraft.required where !seen.contains(name) {
      throw SignatureRuleError(.missingField(name), line: rule.line, id: rule.id)
    }
    guard !rule.places.isEmpty, !rule.pattern.isEmpty else {
      let name = rule.places.isEmpty ? "where" : "pattern"
      throw SignatureRuleError(.missingField(name), line: rule.line, id: rule.id)
    }
    return rule
  }
}
