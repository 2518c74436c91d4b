// One `--rename REGEX=TEMPLATE`. The expression describes a whole key, as patterns that select do; the
// template is the name that such a key gets:
//
//   $0        the key          $1 … $9, ${10}   what a group of the expression stands for
//   $$        a dollar         anything else    itself, byte for byte
//
// A group that took no part in the match stands for nothing. The expression ends at the first `=` that
// has no backslash before it and is no part of a look-around, `(?=` or `(?<=`.

/// How keys of one kind are called at their destination.
package struct RenameRule: Hashable, Sendable {
  /// A piece of a template.
  enum Piece: Hashable, Sendable {
    case text([UInt8])
    case group(Int)
  }

  /// The expression as typed.
  package let pattern: [UInt8]
  /// What the new name is made of.
  let template: [Piece]

  /// Reads a rule.
  ///
  /// - Parameters:
  ///   - text: Expression, `=`, template.
  ///   - index: The number of the rule among all, from 0.
  /// - Throws: What makes it no rule, and where.
  package init(_ text: [UInt8], index: Int = 0) throws(RenameError) {
    guard let equals = RenameRule.separator(in: text) else {
      throw RenameError(.noTemplate, rule: index, text: text)
    }
    pattern = Array(text[..<equals])
    guard !pattern.isEmpty else { throw RenameError(.emptyPattern, rule: index, text: text) }
    let template = text[(equals + 1)...]
    do throws(BadReference) {
      self.template = try RenameRule.pieces(of: template)
    } catch {
      throw RenameError(.badReference, rule: index, text: Array(template), offset: error.offset)
    }
  }

  private static func separator(in text: [UInt8]) -> Int? {
    var at = 0
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "\\"): at += 1
      case UInt8(ascii: "="):
        let before = text[..<at]
        let looks = ["(?", "(?<"].contains { before.suffix($0.utf8.count).elementsEqual($0.utf8) }
        if !looks { return at }
      default: break
      }
      at += 1
    }
    return nil
  }

  private struct BadReference: Error {
    /// In the template's bytes.
    var offset: Int
  }

  private static func pieces(of template: ArraySlice<UInt8>) throws(BadReference) -> [Piece] {
    var pieces: [Piece] = []
    var rest = template
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
      var text = Array(rest[..<dollar])
      rest = rest[(dollar + 1)...]
      if rest.first == UInt8(ascii: "$") {
        text.append(UInt8(ascii: "$"))
        rest = rest.dropFirst()
        pieces.append(.text(text))
        continue
      }
      guard let group = takeGroup(from: &rest) else {
        throw BadReference(offset: dollar - template.startIndex)
      }
      pieces += [.text(text), .group(group)]
    }
    pieces.append(.text(Array(rest)))
    return pieces.filter { $0 != .text([]) }
  }

  /// The number behind a dollar: a digit, or digits in braces.
  private static func takeGroup(from rest: inout ArraySlice<UInt8>) -> Int? {
    if let first = rest.first, DigitRun.isDigit(first) {
      rest = rest.dropFirst()
      return Int(first - UInt8(ascii: "0"))
    }
    guard rest.first == UInt8(ascii: "{") else { return nil }
    let digits = rest.dropFirst().prefix(while: DigitRun.isDigit)
    guard (1...5).contains(digits.count), digits.endIndex < rest.endIndex,
      rest[digits.endIndex] == UInt8(ascii: "}")
    else { return nil }
    rest = rest[(digits.endIndex + 1)...]
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  /// The highest group that the template speaks of.
  var highestGroup: Int {
    template.reduce(0) { if case .group(let group) = $1 { max($0, group) } else { $0 } }
  }
}

/// A rule for names that cannot be used: which, where in it, and why.
package struct RenameError: Error, Hashable, Sendable {
  /// What is wrong with it.
  package enum Reason: Hashable, Sendable {
    /// No `=` between expression and template.
    case noTemplate
    /// Nothing before the `=`.
    case emptyPattern
    /// PCRE2 does not understand the expression; its number for the error and its words.
    case syntax(code: Int32, message: String)
    /// A dollar without a group's number.
    case badReference
    /// The template speaks of a group that the expression does not have; how many it has.
    case noGroup(Int, has: Int)
  }

  /// What is wrong.
  package var reason: Reason
  /// The number of the rule among all, from 0.
  package var rule: Int
  /// The expression or the template, whichever is wrong; the whole where neither can be told.
  package var text: [UInt8]
  /// Where in it.
  package var offset: Int

  init(_ reason: Reason, rule: Int, text: [UInt8], offset: Int = 0) {
    self.reason = reason
    self.rule = rule
    self.text = text
    self.offset = offset
  }
}
