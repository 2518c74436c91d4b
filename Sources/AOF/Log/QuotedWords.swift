// Words as servers write and read them in configuration files and manifests: between spaces, or in
// double quotes with \n \r \t \b \a \xHH, or in single quotes with \'.

/// Splits lines into words.
enum QuotedWords {
  /// The words of a line; nil where quotes are not closed, or something follows them at once.
  static func split(_ line: [UInt8]) -> [[UInt8]]? {
    var words: [[UInt8]] = []
    var at = 0
    while true {
      while at < line.count, isSpace(line[at]) { at += 1 }
      guard at < line.count else { return words }
      guard let word = word(line, &at) else { return nil }
      words.append(word)
    }
  }

  private static func word(_ line: [UInt8], _ at: inout Int) -> [UInt8]? {
    var word: [UInt8] = []
    while at < line.count, !isSpace(line[at]) {
      switch line[at] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard quoted(line, &at, into: &word), at == line.count || isSpace(line[at]) else {
          return nil
        }
        return word
      case let byte:
        word.append(byte)
        at += 1
      }
    }
    return word
  }

  /// A quoted stretch; false where it is not closed.
  private static func quoted(_ line: [UInt8], _ at: inout Int, into word: inout [UInt8]) -> Bool {
    let quote = line[at]
    at += 1
    while at < line.count {
      let byte = line[at]
      at += 1
      if byte == quote { return true }
      guard byte == UInt8(ascii: "\\"), at < line.count else {
        word.append(byte)
        continue
      }
      if quote == UInt8(ascii: "\"") {
        word.append(escaped(line, &at))
      } else if line[at] == UInt8(ascii: "'") {
        word.append(line[at])
        at += 1
      } else {
        word.append(byte)
      }
    }
    return false
  }

  private static func escaped(_ line: [UInt8], _ at: inout Int) -> UInt8 {
    if line[at] == UInt8(ascii: "x"), at + 2 < line.count, let high = digit(line[at + 1]),
      let low = digit(line[at + 2])
    {
      at += 3
      return high << 4 | low
    }
    defer { at += 1 }
    switch line[at] {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "a"): return 7
    default: return line[at]
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }
}
