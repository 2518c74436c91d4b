// What can be known of a regular expression without understanding all of it. The reading is timid:
// whatever it does not know makes the expression neither simple nor joinable, and PCRE2, which knows
// everything, runs it alone.

/// What a look at a regular expression's text tells.
struct RegexSyntax {
  /// Bytes with which every match begins, if the expression is tried at one place.
  private(set) var prefix: [UInt8] = []
  /// Whether it means the same inside a group of a larger expression that numbers no groups.
  ///
  /// Not so with back references, recursion, names, verbs, quoting, or extended syntax.
  private(set) var isJoinable = true

  /// Whether it has verbs, such as `(*ACCEPT)`, or looks as if it might.
  var hasVerbs: Bool {
    zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "(") && $1 == UInt8(ascii: "*") }
  }

  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0
  private var alternates = false
  private var readsPrefix = true

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    while isJoinable, at < bytes.count { readElement() }
    if depth != 0 { isJoinable = false }
    if alternates || !isJoinable { prefix = [] }
  }

  /// What is to be searched for: a `.*` at the beginning may be empty, so it says nothing.
  ///
  /// Not so if it takes all it can and gives nothing back, or is one of several alternatives.
  var searched: ArraySlice<UInt8> {
    var rest = bytes[...]
    while isJoinable, !alternates, rest.starts(with: ".*".utf8) {
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
      if depth < 0 { isJoinable = false }
    case UInt8(ascii: "|"):
      if depth == 0 { alternates = true }
      readsPrefix = false
    case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "+"), UInt8(ascii: "{"):
      // It repeats what stands before it, perhaps no times.
      if readsPrefix, !prefix.isEmpty { prefix.removeLast() }
      readsPrefix = false
    case UInt8(ascii: "^") where at == 1: break  // where a prefix is asked for, it is true
    case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"): readsPrefix = false
    default: if readsPrefix { prefix.append(byte) }
    }
  }

  private mutating func readEscape() {
    guard let byte = peek() else {
      isJoinable = false
      return
    }
    at += 1
    if let literal = RegexSyntax.escapedLiteral(byte) {
      if readsPrefix { prefix.append(literal) }
      return
    }
    readsPrefix = false
    isJoinable = RegexSyntax.harmlessEscapes.contains(byte)
  }

  private mutating func readClass() {
    readsPrefix = false
    if peek() == UInt8(ascii: "^") { at += 1 }
    if peek() == UInt8(ascii: "]") { at += 1 }
    while let byte = peek(), byte != UInt8(ascii: "]") {
      at += 1
      if byte == UInt8(ascii: "[") {
        // Perhaps a POSIX name, whose end would have to be found.
        isJoinable = false
        return
      }
      guard byte == UInt8(ascii: "\\") else { continue }
      guard let escaped = peek(), RegexSyntax.isPlainInClass(escaped) else {
        isJoinable = false
        return
      }
      at += 1
    }
    guard peek() != nil else {
      isJoinable = false
      return
    }
    at += 1
  }

  private mutating func readGroupStart() {
    readsPrefix = false
    depth += 1
    if peek() == UInt8(ascii: "*") { isJoinable = false }
    guard peek() == UInt8(ascii: "?") else { return }
    at += 1
    while let flag = peek(), "ims-".utf8.contains(flag) { at += 1 }
    let isLookbehind = peek() == UInt8(ascii: "<")
    if isLookbehind { at += 1 }
    guard let kind = peek(), (isLookbehind ? "=!" : ":=!>|)").utf8.contains(kind) else {
      isJoinable = false
      return
    }
    if kind != UInt8(ascii: ")") { at += 1 }
  }

  private static let harmlessEscapes = Set("dDwWsSbBhHvVtnrfeAzZx".utf8)

  private static func isPlainInClass(_ byte: UInt8) -> Bool {
    escapedLiteral(byte) != nil || "dDwWsSbhHvVtnrfex".utf8.contains(byte)
  }

  /// The byte that `\` and this byte stand for, if it is the byte itself: ASCII punctuation.
  static func escapedLiteral(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: byte
    default: nil
    }
  }
}
