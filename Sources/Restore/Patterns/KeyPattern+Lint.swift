// What the text of a pattern suggests, without running it.

extension KeyPattern {
  /// The literal that every matching key starts with, as far as the text shows; of a search, the
  /// literal that every match starts with.
  package var literalPrefix: [UInt8] {
    switch mode {
    case .literal: return bytes
    case .full, .search: return RegexSyntax(bytes).prefix
    case .glob:
      var start: [UInt8] = []
      var rest = bytes[...]
      while let byte = rest.popFirst() {
        if "*?[".utf8.contains(byte) { break }
        start.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte)
      }
      return start
    }
  }

  /// Whether a search selects every key that the whole-key expression selects.
  ///
  /// True if the text means the same wherever it is tried: without verbs, back references and the
  /// like.
  package var wholeImpliesSearch: Bool { RegexSyntax(bytes).isCombinable }

  /// Whether a regular expression consists of literal text and at least one dot.
  ///
  /// A dot at the end may be a full stop of a key name, and counts.
  var hasUnescapedDot: Bool {
    var rest = bytes[...]
    var hasDot = false
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "."): hasDot = true
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst(), RegexSyntax.escapedLiteral(escaped) != nil else {
          return false
        }
      case _ where RegexSyntax.isSpecial(byte): return false
      default: break
      }
    }
    return hasDot && bytes.contains { $0 != UInt8(ascii: ".") }
  }

  /// Whether the pattern starts with `^` or ends with `$`.
  var isAnchored: Bool {
    if bytes.first == UInt8(ascii: "^") { return true }
    guard bytes.last == UInt8(ascii: "$") else { return false }
    let backslashes = bytes.dropLast().reversed().prefix { $0 == UInt8(ascii: "\\") }
    return backslashes.count.isMultiple(of: 2)
  }

  /// The number of another pattern that certainly selects every key that this one does; nil if none
  /// is known.
  ///
  /// Of two equivalent patterns, the later one is shadowed.
  func shadow(among patterns: [KeyPattern], at index: Int) -> Int? {
    let mine = Affix(self)
    return patterns.indices.first { other in
      guard other != index else { return false }
      if patterns[other].bytes == bytes, patterns[other].mode == mode { return other < index }
      guard let mine, let its = Affix(patterns[other]), its.covers(mine) else { return false }
      return other < index || !mine.covers(its)
    }
  }
}

extension Affix {
  /// Whether every key that another comparison accepts is accepted by this one.
  func covers(_ other: Affix) -> Bool {
    if isOneLine {
      let breaks = other.literal.contains { $0 == 0x0a || $0 == 0x0d }
      guard other.isOneLine || (other.place == .whole && !breaks) else { return false }
    }
    switch place {
    case .whole: return other.place == .whole && other.literal == literal
    case .start:
      guard !literal.isEmpty else { return true }
      return (other.place == .whole || other.place == .start)
        && other.literal.starts(with: literal)
    case .end:
      return (other.place == .whole || other.place == .end)
        && other.literal.reversed().starts(with: literal.reversed())
    case .anywhere:
      let spare = other.literal.count - literal.count
      return spare >= 0
        && (0...spare).contains { other.literal[$0...].starts(with: literal) }
    }
  }
}
