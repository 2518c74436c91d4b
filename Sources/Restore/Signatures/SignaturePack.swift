// A pack of rules as text:
//
//   # a comment
//   [cron-line]
//   title = A line of a crontab
//   severity = high                      low, medium, high or critical
//   where = key value                    of: key value aux function module file
//   reference = https://…
//   literal = * * *                      every match contains one of these; may be repeated
//   digits = 14                          or this many digits in a row
//   pattern = (?m)^…                     a PCRE2 regular expression, to the end of the line
//   check = luhn                         or iban
//   secret = yes                         its first group is redacted
//
// Fields may come in any order; title, severity, where, reference and pattern are required. In a
// literal, \xHH is a byte, and \n, \r, \t and \\ are as in the lines of `keys`.

/// Rules, in the order of their pack.
package struct SignaturePack: Sendable {
  /// The rules.
  package private(set) var rules: [SignatureRule] = []

  /// The built-in rules; a test ensures that they are valid.
  package static let builtIn: SignaturePack = {
    var pack = SignaturePack()
    for text in [intrusions, campaigns, secrets] {
      guard let part = try? SignaturePack(parsing: Array(text.utf8)) else { continue }
      pack.rules += part.rules
    }
    return pack
  }()

  private init() {}

  /// Parses a pack.
  /// - Throws: The first invalid rule, with its line.
  package init(parsing text: [UInt8]) throws(SignatureRuleError) {
    var draft: RuleDraft?
    let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let line = RuleLine(bytes)
      switch line {
      case .nothing: break
      case .rule(let id):
        try add(draft)
        draft = try RuleDraft(id, line: index + 1)
      case .field(let name, let value):
        guard draft != nil else { throw SignatureRuleError(.noRule, line: index + 1) }
        try draft?.set(name, value, line: index + 1)
      case .other: throw SignatureRuleError(.noField, line: index + 1, id: draft?.rule.id)
      }
    }
    try add(draft)
  }

  private mutating func add(_ draft: RuleDraft?) throws(SignatureRuleError) {
    guard let draft else { return }
    let rule = try draft.finished()
    guard !rules.contains(where: { $0.id == rule.id }) else {
      throw SignatureRuleError(.sameID, line: rule.line, id: rule.id)
    }
    rules.append(rule)
  }

  /// Adds the rules of another pack; a rule with an existing name replaces it.
  package mutating func add(_ other: SignaturePack) {
    for rule in other.rules {
      if let place = rules.firstIndex(where: { $0.id == rule.id }) {
        rules[place] = rule
      } else {
        rules.append(rule)
      }
    }
  }

  /// Only the rules that find secrets.
  package var secrets: SignaturePack {
    var pack = self
    pack.rules.removeAll { !$0.isSecret }
    return pack
  }

  /// Keeps only rules with these names.
  /// - Returns: Names that no rule has.
  package mutating func keep(only ids: [String]) -> [String] {
    let missing = ids.filter { id in !rules.contains { $0.id == id } }
    rules.removeAll { !ids.contains($0.id) }
    return missing
  }
}

/// A line of a pack.
private enum RuleLine {
  case nothing
  case rule([UInt8])
  case field(String, [UInt8])
  case other

  init(_ bytes: ArraySlice<UInt8>) {
    let line = bytes.trimmed
    guard let first = line.first, first != UInt8(ascii: "#") else {
      self = .nothing
      return
    }
    if first == UInt8(ascii: "["), line.last == UInt8(ascii: "]") {
      self = .rule(Array(line.dropFirst().dropLast()))
      return
    }
    guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else {
      self = .other
      return
    }
    let name = String(decoding: line[..<sign].trimmed, as: UTF8.self)
    self = .field(name, Array(line[(sign + 1)...].trimmed))
  }
}
