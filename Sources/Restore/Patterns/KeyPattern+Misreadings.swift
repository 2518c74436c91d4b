// Parts of a pattern that mean something else than they look like. A pattern that does not compile may
// have them too.

extension KeyPattern {
  /// What the pattern seems to mean and does not, in the order of the reasons.
  package var misreadings: [FilterKeyWarning.Reason] {
    var reasons: [FilterKeyWarning.Reason] = []
    if mode.isRegex, looksLikeGlob { reasons.append(.looksLikeGlob) }
    if mode.isRegex, bracedNumber != nil { reasons.append(.braces) }
    if mode.isRegex || mode == .glob, hasMultibyteClass { reasons.append(.multibyteClass) }
    if hasWideComma { reasons.append(.wideComma) }
    if isLineBroken { reasons.append(.lineBreak) }
    return reasons
  }

  /// Whether a star follows a byte that is unlikely to be repeated on purpose.
  private var looksLikeGlob: Bool {
    guard let star = bytes.firstIndex(of: UInt8(ascii: "*")) else { return false }
    guard star > 0 else { return true }
    let before = bytes[..<star]
    let repeatable = ".])}".utf8
    return !repeatable.contains(bytes[star - 1]) && !before.contains(UInt8(ascii: "\\"))
      && !before.contains(UInt8(ascii: "("))
  }

  /// The first `{42}` that is read as a quantifier although it follows plain text, or nothing: a hash
  /// tag, probably.
  package var bracedNumber: [UInt8]? {
    var at = 0
    while let open = bytes[at...].firstIndex(of: UInt8(ascii: "{")) {
      let digits = bytes[(open + 1)...].prefix(while: DigitRun.isDigit)
      at = open + 1
      guard !digits.isEmpty, digits.endIndex < bytes.endIndex,
        bytes[digits.endIndex] == UInt8(ascii: "}"), isPlain(before: open)
      else { continue }
      return Array(bytes[open...digits.endIndex])
    }
    return nil
  }

  /// Whether the byte before an offset is neither a class, a group, a dot nor an escape, whose
  /// repetition is meant.
  private func isPlain(before offset: Int) -> Bool {
    guard offset > 0 else { return true }
    let isEscaped = offset > 1 && bytes[offset - 2] == UInt8(ascii: "\\")
    return !isEscaped && !".])}\\".utf8.contains(bytes[offset - 1])
  }

  /// Whether a class contains a byte that is not ASCII.
  private var hasMultibyteClass: Bool {
    var isInside = false
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"): _ = rest.popFirst()
      case UInt8(ascii: "["): isInside = true
      case UInt8(ascii: "]"): isInside = false
      default: if isInside, byte >= 0x80 { return true }
      }
    }
    return false
  }

  /// Whether the pattern contains `，` or `、`.
  private var hasWideComma: Bool {
    ["\u{ff0c}", "\u{3001}"].contains { comma in
      let comma = Array(comma.utf8)
      return bytes.indices.contains { bytes[$0...].starts(with: comma) }
    }
  }

  /// Whether an item of a FilterKey contains a line break.
  private var isLineBroken: Bool {
    guard case .filterKey = origin, mode != .literal else { return false }
    return bytes.contains { $0 == 0x0a || $0 == 0x0d }
  }
}
