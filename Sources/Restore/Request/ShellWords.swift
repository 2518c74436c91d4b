// Splits a command line that was pasted as one argument, like a POSIX shell.
//
//   'literal'     "literal except \" \\ \$ \`"     \x is x     \ and a line break is nothing

/// The words of a command line.
enum ShellWords {
  /// Splits a text; nil if a quote is not closed.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let sign = rest.popFirst() {
      switch sign {
      case "\\" where quote != "'":
        guard let next = rest.popFirst() else { return nil }
        if next.isNewline { continue }
        let isPlain = quote == "\"" && !"\"\\$`".contains(next)
        word = (word ?? "") + (isPlain ? "\\" : "") + String(next)
      case quote: quote = nil
      case "'" where quote == nil, "\"" where quote == nil:
        quote = sign
        word = word ?? ""
      case _ where quote == nil && sign.isWhitespace:
        if let ended = word { words.append(ended) }
        word = nil
      default: word = (word ?? "") + String(sign)
      }
    }
    guard quote == nil else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
