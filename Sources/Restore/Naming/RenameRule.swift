// A rule `--rename REGEX=TEMPLATE`. The expression must match the whole key; the template is the
// new name:
//
//   $0        the key          $1 … $9, ${10}   a group of the expression
//   $$        a dollar sign    anything else    itself, byte for byte
//
// A group that did not participate is empty. The expression ends at the first `=` that is not
// preceded by
// a backslash and not part of a look-around, `(?=` or `(?<=`.

/// A rename rule.
package struct RenameRule: Hashable, Sendable {
  /// A part of a template.
  enum Piece: Hashable, Sendable {
    case text([UInt8])
    case group(Int)
  }

  /// The expression as typed.
  package let pattern: [UInt8]
  /// The parts of the new name.
  let template: [Piece]

  /// Parses a rule.
  ///
  /// - Parameters:
  ///   - text: Expression, `=`, template.
  ///   - index: The rule's number, from 0.
  /// - Throws: What is wrong with it, and where.
  package init(_ text: [UInt8], index: Int = 0) throws(RenameError) {
    guard let equals = RenameRule.separator(in: text) else {
      throw RenameError(.noTemplate, rule: index, text: text)
    }
    pattern = Array(text[..<equals])
    guard !pattern.isEmpty else { throw RenameError(.emptyPattern, rule: index, text: text) }
    let template = text[(equals + 1)...]
    if let offset = RenameRule.backslashGroup(in: Array(template)), pattern.contains(0x28) {
      throw RenameError(.backslashGroup, rule: index, text: Array(template), offset: offset)
    }
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

  /// The offset of `\1` in a template without any `$`, which other tools read as a group.
  private static func backslashGroup(in template: [UInt8]) -> Int? {
    guard !template.contains(UInt8(ascii: "$")) else { return nil }
    return template.indices.dropLast().first {
      template[$0] == UInt8(ascii: "\\") && DigitRun.isDigit(template[$0 + 1])
    }
  }

  private struct BadReference: Error {
    /// The offset in the template.
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

  /// The group number after a dollar sign: a digit, or digits in braces.
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

  /// The highest group number in the template.
  var highestGroup: Int {
    template.reduce(0) { if case .group(let group) = $1 { max($0, group) } else { $0 } }
  }
}

/// An invalid rename rule.
package struct RenameError: Error, Hashable, Sendable {
  /// What is wrong with it.
  package enum Reason: Hashable, Sendable {
    /// No `=` between expression and template.
    case noTemplate
    /// No expression.
    case emptyPattern
    /// The expression does not compile; PCRE2's error code and message.
    case syntax(code: Int32, message: String)
    /// A backslash and a digit, where a dollar and a digit is a group.
    case backslashGroup
    /// A dollar sign without a group number.
    case badReference
    /// The template uses a group that the expression does not have; how many it has.
    case noGroup(Int, has: Int)
  }

  /// What is wrong.
  package var reason: Reason
  /// The rule's number, from 0.
  package var rule: Int
  /// The expression or the template, whichever is wrong; otherwise the whole text.
  package var text: [UInt8]
  /// The offset in `text`.
  package var offset: Int

  init(_ reason: Reason, rule: Int, text: [UInt8], offset: Int = 0) {
    self.reason = reason
    self.rule = rule
    self.text = text
    self.offset = offset
  }
}
