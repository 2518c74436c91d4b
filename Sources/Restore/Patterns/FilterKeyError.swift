/// A pattern that cannot be used: which, where in it, and why.
package struct FilterKeyError: Error, Hashable, Sendable {
  /// What is wrong with it.
  package enum Reason: Hashable, Sendable {
    /// A FilterKey without a single byte.
    case emptyFilterKey
    /// Nothing between two commas, before the first, or after the last.
    case emptyItem
    /// A pattern without a single byte that does not come from a FilterKey.
    case emptyPattern
    /// PCRE2 does not understand it; its number for the error and its words.
    case syntax(code: Int32, message: String)
  }

  /// What is wrong.
  package var reason: Reason
  /// The number of the pattern among all patterns, from 0.
  package var index: Int
  /// The pattern.
  package var pattern: KeyPattern
  /// Where in the pattern's bytes.
  package var offset: Int
  /// The item behind the comma that ends the pattern, where it ends too early: the comma may have been
  /// meant to be part of it.
  package var itemAfterComma: [UInt8]?

  /// Makes an error about a pattern.
  package init(_ reason: Reason, index: Int, pattern: KeyPattern, offset: Int = 0) {
    self.reason = reason
    self.index = index
    self.pattern = pattern
    self.offset = offset
  }

  /// Our name for the condition, the item's number in brackets where one pattern is to blame.
  package var code: String {
    switch reason {
    case .emptyFilterKey: "FilterKey.Empty"
    case .emptyItem: "FilterKey.EmptyItem"
    case .emptyPattern:
      if case .exclude = pattern.origin { "Exclude.Empty" } else { "KeyRegex.Empty" }
    case .syntax:
      switch pattern.origin {
      case .filterKey(_, let item, _): "FilterKey.Regex[\(item)]"
      case .keyRegex(let option): "KeyRegex.Regex[\(option)]"
      case .keysFile(let line): "KeysFile.Regex[\(line)]"
      case .exclude(let option): "Exclude.Regex[\(option)]"
      }
    }
  }
}
