// Most patterns in practice are a whole key, a prefix, a suffix or a substring, and need no engine.
// They are recognised here in both languages.
//
//   full regex     LIT     LIT.*    .*LIT    .*LIT.*     `.` is neither CR nor LF: the key is one
//   line
//   search regex   ^LIT$   ^LIT     LIT$     LIT
//   glob           LIT     LIT*     *LIT     *LIT*

/// A pattern that one comparison decides.
struct Affix: Hashable {
  /// Where the literal must be in the key.
  enum Place: UInt8, BitwiseCopyable {
    /// The literal is the key.
    case whole
    /// The key starts with the literal.
    case start
    /// The key ends with the literal.
    case end
    /// The key contains the literal.
    case anywhere
  }

  var place: Place
  var literal: [UInt8]
  /// Whether the key must contain neither CR nor LF.
  var isOneLine: Bool

  /// The comparison equivalent to a pattern, if there is one; nil for one that ignores case.
  init?(_ pattern: KeyPattern) {
    guard !pattern.ignoresCase else { return nil }
    switch pattern.mode {
    case .literal: self.init(place: .whole, literal: pattern.bytes, isOneLine: false)
    case .glob: self.init(glob: pattern.bytes)
    case .full: self.init(full: pattern.bytes)
    case .search: self.init(search: pattern.bytes)
    }
  }

  private init(place: Place, literal: [UInt8], isOneLine: Bool) {
    self.place = place
    self.literal = literal
    self.isOneLine = isOneLine
  }

  private init?(glob: [UInt8]) {
    var rest = glob[...]
    let starBefore = rest.first == UInt8(ascii: "*")
    while rest.first == UInt8(ascii: "*") { rest = rest.dropFirst() }
    var literal: [UInt8] = []
    var starAfter = false
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"):
        guard rest.allSatisfy({ $0 == byte }) else { return nil }
        starAfter = true
        rest = []
      case UInt8(ascii: "?"), UInt8(ascii: "["): return nil
      case UInt8(ascii: "\\"): literal.append(rest.popFirst() ?? byte)
      default: literal.append(byte)
      }
    }
    // Only stars: an empty prefix.
    if starBefore, literal.isEmpty { starAfter = true }
    let place = Affix.place(openBefore: starBefore && !literal.isEmpty, openAfter: starAfter)
    self.init(place: place, literal: literal, isOneLine: false)
  }

  private init?(full: [UInt8]) {
    guard var parts = Parts(full) else { return nil }
    // Both ends are anchored already, so `^` and `$` are redundant.
    if parts.literal.isEmpty, parts.dotsBefore {
      parts.dotsBefore = false
      parts.dotsAfter = true
    }
    let isOneLine = parts.dotsBefore || parts.dotsAfter
    // `.*` matches neither CR nor LF; if the literal has none, the whole key must have none.
    guard !isOneLine || !parts.literal.contains(where: { $0 == 0x0a || $0 == 0x0d }) else {
      return nil
    }
    self.init(
      place: Affix.place(openBefore: parts.dotsBefore, openAfter: parts.dotsAfter),
      literal: parts.literal, isOneLine: isOneLine)
  }

  private init?(search: [UInt8]) {
    guard let parts = Parts(search) else { return nil }
    // A `.*` next to an anchor reaches from there to the literal; elsewhere it may be empty and is
    // redundant. `^.*LIT` and `LIT.*$` depend on line ends and are left to the engine.
    guard !(parts.caret && parts.dotsBefore), !(parts.dollar && parts.dotsAfter) else { return nil }
    self.init(
      place: Affix.place(openBefore: !parts.caret, openAfter: !parts.dollar),
      literal: parts.literal, isOneLine: false)
  }

  private static func place(openBefore: Bool, openAfter: Bool) -> Place {
    switch (openBefore, openAfter) {
    case (false, false): .whole
    case (false, true): .start
    case (true, false): .end
    case (true, true): .anywhere
    }
  }
}

/// A regular expression of the form `^? .*? LIT .*? $?`.
private struct Parts {
  var caret = false
  var dotsBefore = false
  var literal: [UInt8] = []
  var dotsAfter = false
  var dollar = false

  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    caret = rest.take("^")
    dotsBefore = rest.take(".*")
    while let byte = rest.first, !rest.starts(with: ".*".utf8), rest != [UInt8(ascii: "$")] {
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst(), let byte = RegexSyntax.escapedLiteral(escaped)
        else { return nil }
        literal.append(byte)
      case _ where RegexSyntax.isSpecial(byte): return nil
      default: literal.append(byte)
      }
    }
    dotsAfter = rest.take(".*")
    dollar = rest.take("$")
    guard rest.isEmpty else { return nil }
  }
}

extension ArraySlice<UInt8> {
  /// Consumes a text if the bytes start with it.
  fileprivate mutating func take(_ text: String) -> Bool {
    guard starts(with: text.utf8) else { return false }
    self = dropFirst(text.utf8.count)
    return true
  }
}
