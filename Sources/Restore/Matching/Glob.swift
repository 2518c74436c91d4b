// Redis's glob, as `stringmatchlen` implements it.
//
//   *        any bytes, or none                     ?        any one byte
//   [abc]    one of them; [^abc] none of them      [a-c]    a range, in either order
//   \x       the byte x, also inside brackets
//
// Odd forms follow the server: an unclosed `[` is a class that ends with the pattern; `]` closes a
// class
// even as its first byte; a final `\` is itself.
//
// Only the last star is remembered: if what follows it fails, it takes one more byte. Earlier stars
// need
// not be retried, so the time is at most pattern times key.

/// A glob, with the literals that matching keys start and end with.
struct GlobEntry: Sendable {
  let index: Int
  private let pattern: [UInt8]
  private let headCount: Int
  private let tailCount: Int
  /// Whether it stands for a regular expression, whose dots do not match line ends.
  private let isRegex: Bool
  /// Whether letters match regardless of case; the pattern is in lower case then.
  private let ignoresCase: Bool
  private let isAtStart: Bool
  private let isAtEnd: Bool

  init(_ index: Int, _ pattern: [UInt8]) {
    self.init(index, pattern, isRegex: false, isAtStart: true, isAtEnd: true)
  }

  /// A glob or a literal that ignores case, as the server does for `CONFIG GET`.
  init(_ index: Int, caseless pattern: KeyPattern) {
    let glob = pattern.mode == .glob ? pattern.bytes : Glob.escaped(pattern.bytes)
    self.index = index
    self.pattern = glob.map(Glob.lowercased)
    (isRegex, ignoresCase, isAtStart, isAtEnd) = (false, true, true, true)
    (headCount, tailCount) = (0, 0)
  }

  init(_ index: Int, _ glob: RegexGlob) {
    self.init(
      index, glob.pattern, isRegex: true, isAtStart: glob.isAtStart, isAtEnd: glob.isAtEnd)
  }

  private init(
    _ index: Int, _ pattern: [UInt8], isRegex: Bool, isAtStart: Bool, isAtEnd: Bool
  ) {
    self.index = index
    self.pattern = pattern
    self.isRegex = isRegex
    ignoresCase = false
    self.isAtStart = isAtStart
    self.isAtEnd = isAtEnd
    let special = "*?[]\\".utf8
    headCount = pattern.prefix { !special.contains($0) }.count
    // After `[` or `\` the last bytes may belong to a class or be escaped.
    let isPlain = !pattern.contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\\") }
    tailCount = isPlain ? pattern.reversed().prefix { !special.contains($0) }.count : 0
  }

  /// The prefix of every matching key.
  var head: ArraySlice<UInt8> { pattern.prefix(headCount) }

  /// The suffix of every matching key.
  var tail: ArraySlice<UInt8> { pattern.suffix(tailCount) }

  /// Known literals after the prefix that every matching key contains.
  var needles: [[UInt8]] {
    guard !ignoresCase, !pattern.contains(UInt8(ascii: "[")) else { return [] }
    var needles: [[UInt8]] = [[]]
    var rest = pattern.dropFirst(headCount)
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"), UInt8(ascii: "?"): needles.append([])
      case UInt8(ascii: "\\"): needles[needles.count - 1].append(rest.popFirst() ?? byte)
      default: needles[needles.count - 1].append(byte)
      }
    }
    return needles
  }

  /// Whether the glob matches the whole key, or the expression it stands for selects the key.
  @inline(__always)
  func matches(_ key: RawSpan) -> Bool {
    let tail = key.byteCount &- tailCount
    guard tail >= headCount, key.equals(headCount, at: 0, pattern.span, at: 0),
      key.equals(tailCount, at: tail, pattern.span, at: pattern.count &- tailCount),
      Glob.matches(pattern.span, key, ignoringCase: ignoresCase)
    else { return false }
    return !isRegex || !key.hasLineBreak || matchesLine(of: key)
  }

  /// Whether a line of a key with several lines matches.
  @inline(never)
  private func matchesLine(of key: RawSpan) -> Bool {
    guard !isAtStart || !isAtEnd else { return false }
    var start = 0
    while true {
      var end = start
      while end < key.byteCount, key.byte(at: end) != 0x0a, key.byte(at: end) != 0x0d { end &+= 1 }
      let isLast = end == key.byteCount
      if isLast || !isAtEnd, Glob.matches(pattern.span, key.extracting(start..<end)) { return true }
      if isLast || isAtStart { return false }
      start = end &+ 1
    }
  }
}

/// Matches globs of Redis against whole keys.
enum Glob {
  /// The byte in lower case, if it is a letter of ASCII.
  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
  }

  /// A glob that matches a text and nothing else.
  static func escaped(_ text: [UInt8]) -> [UInt8] {
    text.flatMap { "*?[\\".utf8.contains($0) ? [0x5c, $0] : [$0] }
  }

  /// A byte of a key as it is compared.
  @inline(__always)
  private static func byte(_ key: RawSpan, at offset: Int, _ ignoresCase: Bool) -> UInt8 {
    let byte = key.byte(at: offset)
    return ignoresCase ? lowercased(byte) : byte
  }

  /// Whether a pattern matches the whole key; one that ignores case is in lower case.
  static func matches(
    _ pattern: Span<UInt8>, _ key: RawSpan, ignoringCase ignoresCase: Bool = false
  ) -> Bool {
    var inPattern = 0
    var inKey = 0
    var star = -1  // the pattern's offset after the last star
    var starKey = 0  // where what follows the star is being tried
    while true {
      if inPattern < pattern.count, pattern[inPattern] == 0x2a {
        inPattern &+= 1
        star = inPattern
        starKey = inKey
        if inPattern == pattern.count { return true }
      } else if inPattern < pattern.count, inKey < key.byteCount,
        let next = step(pattern, inPattern, byte(key, at: inKey, ignoresCase))
      {
        inPattern = next
        inKey &+= 1
      } else if inPattern == pattern.count, inKey == key.byteCount {
        return true
      } else {
        guard star >= 0, starKey < key.byteCount else { return false }
        starKey &+= 1
        let next = pattern[star]  // the star is not the pattern's end, or it would have matched
        if !isSpecial(next) {
          while starKey < key.byteCount, byte(key, at: starKey, ignoresCase) != next {
            starKey &+= 1
          }
        }
        inKey = starKey
        inPattern = star
      }
    }
  }

  /// Whether a byte of a pattern may match other bytes than itself.
  @inline(__always)
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == 0x2a || byte == 0x3f || byte == 0x5b || byte == 0x5c
  }

  /// Matches one byte with a pattern element that is not a star.
  /// - Returns: The offset after the element; nil if it does not match.
  @inline(__always)
  private static func step(_ pattern: Span<UInt8>, _ offset: Int, _ byte: UInt8) -> Int? {
    switch pattern[offset] {
    case 0x3f: return offset &+ 1
    case 0x5b: return stepClass(pattern, offset &+ 1, byte)
    case 0x5c where offset &+ 1 < pattern.count:
      return pattern[offset &+ 1] == byte ? offset &+ 2 : nil
    case byte: return offset &+ 1
    default: return nil
    }
  }

  /// Matches one byte with a class; the offset is that of the first byte after `[`.
  private static func stepClass(_ pattern: Span<UInt8>, _ offset: Int, _ byte: UInt8) -> Int? {
    let count = pattern.count
    var at = offset
    let isNegated = at < count && pattern[at] == 0x5e
    if isNegated { at &+= 1 }
    var isMember = false
    while at < count, pattern[at] != 0x5d {
      let low = pattern[at]
      if low == 0x5c, at &+ 1 < count {
        isMember = isMember || pattern[at &+ 1] == byte
        at &+= 2
      } else if at &+ 2 < count, pattern[at &+ 1] == 0x2d {
        isMember = isMember || isBetween(byte, low, pattern[at &+ 2])
        at &+= 3
      } else {
        isMember = isMember || low == byte
        at &+= 1
      }
    }
    return isMember != isNegated ? min(at &+ 1, count) : nil
  }

  /// Whether a byte is in a range.
  ///
  /// The server compares signed `char`s on most platforms; this differs from unsigned order only
  /// for ranges
  /// from ASCII to non-ASCII bytes.
  private static func isBetween(_ byte: UInt8, _ a: UInt8, _ b: UInt8) -> Bool {
    let (byte, a, b) = (Int8(bitPattern: byte), Int8(bitPattern: a), Int8(bitPattern: b))
    return byte >= min(a, b) && byte <= max(a, b)
  }
}
