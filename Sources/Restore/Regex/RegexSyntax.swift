// A partial analysis of regular expressions. Whatever it does not recognise makes an expression
// neither simple nor combinable; PCRE2 then runs it alone.

/// What is known about a regular expression from its text.
struct RegexSyntax {
  /// The literal prefix of every match.
  private(set) var prefix: [UInt8] = []
  /// Known literals after the prefix that every match contains.
  private(set) var texts: [[UInt8]] = []
  /// Whether it means the same inside a group of a larger expression without numbered groups.
  ///
  /// False with back references, recursion, names, verbs, quoting or extended syntax.
  private(set) var isCombinable = true

  /// Whether it has verbs such as `(*ACCEPT)`, or may have.
  var hasVerbs: Bool {
    zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "(") && $1 == UInt8(ascii: "*") }
  }

  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0
  private var alternates = false
  private var readsPrefix = true
  /// The literal being read, outside of groups and after the prefix.
  private var run: [UInt8] = []
  private var readsRuns = true

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    while isCombinable, at < bytes.count { readElement() }
    if depth != 0 { isCombinable = false }
    endRun()
    if alternates || !isCombinable { (prefix, texts) = ([], []) }
  }

  /// The expression to search for, without a redundant leading `.*`.
  ///
  /// A possessive one, or one of several alternatives, is kept.
  var searched: ArraySlice<UInt8> {
    var rest = bytes[...]
    while isCombinable, !alternates, rest.starts(with: ".*".utf8) {
      let next = rest.dropFirst(2)
      if next.first == UInt8(ascii: "+") { break }
      rest = next.first == UInt8(ascii: "?") ? next.dropFirst() : next
    }
    return rest
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    at + distance < bytes.count ? bytes[at + distance] : nil
  }

  private mutating func readElement() {
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\\"): readEscape()
    case UInt8(ascii: "["): readClass()
    case UInt8(ascii: "("): readGroupStart()
    case UInt8(ascii: ")"):
      depth -= 1
      if depth < 0 { isCombinable = false }
    case UInt8(ascii: "|"):
      if depth == 0 { alternates = true }
      readsPrefix = false
    case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "+"), UInt8(ascii: "{"):
      // The element before it may be repeated zero times.
      if readsPrefix, !prefix.isEmpty { prefix.removeLast() }
      readsPrefix = false
      // With `+` the run may keep its first occurrence.
      if byte != UInt8(ascii: "+"), !run.isEmpty { run.removeLast() }
      endRun()
      if byte == UInt8(ascii: "{") { skipBounds() }
    case UInt8(ascii: "^") where at == 1: break  // where a prefix is asked for, it is true
    case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"):
      readsPrefix = false
      endRun()
    default: read(literal: byte)
    }
  }

  private mutating func read(literal byte: UInt8) {
    if readsPrefix {
      prefix.append(byte)
    } else if readsRuns, depth == 0 {
      run.append(byte)
    }
  }

  private mutating func endRun() {
    if !run.isEmpty { texts.append(run) }
    run = []
  }

  /// Skips a `{m,n}`; anything else may be literal, so runs end here.
  private mutating func skipBounds() {
    while let byte = peek(), "0123456789,".utf8.contains(byte) { at += 1 }
    if peek() == UInt8(ascii: "}") { at += 1 } else { readsRuns = false }
  }

  private mutating func readEscape() {
    guard let byte = peek() else {
      isCombinable = false
      return
    }
    at += 1
    if let literal = RegexSyntax.escapedLiteral(byte) {
      read(literal: literal)
      return
    }
    readsPrefix = false
    endRun()
    // Digits may follow that are not literal.
    if byte == UInt8(ascii: "x") { readsRuns = false }
    isCombinable = RegexSyntax.harmlessEscapes.contains(byte)
  }

  private mutating func readClass() {
    readsPrefix = false
    endRun()
    if peek() == UInt8(ascii: "^") { at += 1 }
    if peek() == UInt8(ascii: "]") { at += 1 }
    while let byte = peek(), byte != UInt8(ascii: "]") {
      at += 1
      if byte == UInt8(ascii: "[") {
        // Possibly a POSIX class, whose end is not searched.
        isCombinable = false
        return
      }
      guard byte == UInt8(ascii: "\\") else { continue }
      guard let escaped = peek(), RegexSyntax.isPlainInClass(escaped) else {
        isCombinable = false
        return
      }
      at += 1
    }
    guard peek() != nil else {
      isCombinable = false
      return
    }
    at += 1
  }

  private mutating func readGroupStart() {
    readsPrefix = false
    endRun()
    depth += 1
    if peek() == UInt8(ascii: "*") { isCombinable = false }
    guard peek() == UInt8(ascii: "?") else { return }
    at += 1
    while let flag = peek(), "ims-".utf8.contains(flag) { at += 1 }
    let isLookbehind = peek() == UInt8(ascii: "<")
    if isLookbehind { at += 1 }
    guard let kind = peek(), (isLookbehind ? "=!" : ":=!>|)").utf8.contains(kind) else {
      isCombinable = false
      return
    }
    if kind == UInt8(ascii: ")") {
      // Flags for the rest of the expression may change the meaning of literals.
      readsRuns = false
    } else {
      at += 1
    }
  }

  private static let harmlessEscapes = Set("dDwWsSbBhHvVtnrfeAzZx".utf8)

  private static func isPlainInClass(_ byte: UInt8) -> Bool {
    escapedLiteral(byte) != nil || "dDwWsSbhHvVtnrfex".utf8.contains(byte)
  }

  /// Whether a byte is an operator outside classes, other than a backslash.
  static func isSpecial(_ byte: UInt8) -> Bool { ".^$|()[]{}*+?".utf8.contains(byte) }

  /// The byte that a backslash and this byte stand for, if it is the byte itself: ASCII
  /// punctuation.
  static func escapedLiteral(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: byte
    default: nil
    }
  }
}
