// Regular expressions that a glob can express: text, `.` and `.*`. They need no engine and cannot
// be slow.
//
//   full      a.*b     a*b      .  is ?      .+  is ?*      ^ and $ at the ends are redundant
//   search    a.*b     *a*b*    ^a is a*     a$  is *a
//
// A dot is neither CR nor LF. So a match lies within one line, and a key of several lines is
// matched line
// by line; an expression with line ends of its own is left to the engine.

/// A glob equivalent to a regular expression.
struct RegexGlob: Hashable {
  /// The glob, which matches a whole line of a key.
  private(set) var pattern: [UInt8] = []
  /// Whether the line must be the key's first.
  private(set) var isAtStart = true
  /// Whether the line must be the key's last.
  private(set) var isAtEnd = true

  /// The glob of a pattern, if there is one.
  init?(_ pattern: KeyPattern) {
    guard pattern.mode.isRegex, !pattern.ignoresCase else { return nil }
    let star = UInt8(ascii: "*")
    var rest = pattern.bytes[...]
    let caret = rest.first == UInt8(ascii: "^")
    if caret { rest = rest.dropFirst() }
    isAtStart = caret || pattern.mode == .full
    if !isAtStart { self.pattern.append(star) }
    var dollar = false
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "."): self.pattern += RegexGlob.dots(&rest)
      case UInt8(ascii: "$") where rest.isEmpty: dollar = true
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst(), let byte = RegexSyntax.escapedLiteral(escaped)
        else { return nil }
        append(byte)
      case 0x0a, 0x0d: return nil
      case _ where RegexSyntax.isSpecial(byte): return nil
      default: append(byte)
      }
      // Other repetition is left to the engine.
      if let next = rest.first, "*+?{".utf8.contains(next) { return nil }
    }
    isAtEnd = dollar || pattern.mode == .full
    if !isAtEnd { self.pattern.append(star) }
  }

  /// The glob for a dot and its quantifier.
  private static func dots(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    guard let sign = rest.first, "*+".utf8.contains(sign) else { return Array("?".utf8) }
    rest = rest.dropFirst()
    // A lazy quantifier selects the same keys.
    if rest.first == UInt8(ascii: "?") { rest = rest.dropFirst() }
    return Array((sign == UInt8(ascii: "*") ? "*" : "?*").utf8)
  }

  private mutating func append(_ byte: UInt8) {
    if "*?[\\".utf8.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
    pattern.append(byte)
  }
}
