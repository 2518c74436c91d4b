// Most patterns in practice say no more than "this key", "begins with", "ends with" or "holds": what
// needs no engine. Here such patterns are recognised, in both languages, and nothing else.
//
//   full regex     LIT     LIT.*    .*LIT    .*LIT.*     `.` is no CR and no LF: the key is one line
//   search regex   ^LIT$   ^LIT     LIT$     LIT
//   glob           LIT     LIT*     *LIT     *LIT*

/// A pattern that one comparison decides.
struct Affix: Hashable {
  /// Where in the key the literal must be.
  enum Place: UInt8, BitwiseCopyable {
    /// It is the key.
    case whole
    /// The key begins with it.
    case start
    /// The key ends with it.
    case end
    /// The key holds it.
    case anywhere
  }

  var place: Place
  var literal: [UInt8]
  /// Whether the key may hold neither CR nor LF.
  var isOneLine: Bool

  /// The comparison that a pattern amounts to, if it is so simple.
  init?(_ pattern: KeyPattern) {
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
    // Stars alone: the key begins with nothing in particular.
    if starBefore, literal.isEmpty { starAfter = true }
    let place = Affix.place(openBefore: starBefore && !literal.isEmpty, openAfter: starAfter)
    self.init(place: place, literal: literal, isOneLine: false)
  }

  private init?(full: [UInt8]) {
    guard var parts = Parts(full) else { return nil }
    // Both ends are fixed already, so `^` and `$` there say nothing new.
    if parts.literal.isEmpty, parts.dotsBefore {
      parts.dotsBefore = false
      parts.dotsAfter = true
    }
    let isOneLine = parts.dotsBefore || parts.dotsAfter
    // What `.*` stands for must be free of CR and LF; if the literal is too, the whole key must be.
    guard !isOneLine || !parts.literal.contains(where: { $0 == 0x0a || $0 == 0x0d }) else {
      return nil
    }
    self.init(
      place: Affix.place(openBefore: parts.dotsBefore, openAfter: parts.dotsAfter),
      literal: parts.literal, isOneLine: isOneLine)
  }

  private init?(search: [UInt8]) {
    guard let parts = Parts(search) else { return nil }
    // A `.*` next to an anchor reaches from there to the literal; elsewhere it may be empty, and so
    // says nothing. `^.*LIT` and `LIT.*$` would have to look at line ends: not simple.
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

/// A regular expression of the form `^? .*? LIT .*? $?`, taken apart.
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
  /// Steps over a text if the bytes begin with it.
  fileprivate mutating func take(_ text: String) -> Bool {
    guard starts(with: text.utf8) else { return false }
    self = dropFirst(text.utf8.count)
    return true
  }
}
