/// An invalid pattern.
package struct FilterKeyError: Error, Hashable, Sendable {
  /// What is wrong with it.
  package enum Reason: Hashable, Sendable {
    /// An empty FilterKey.
    case emptyFilterKey
    /// An empty item.
    case emptyItem
    /// An empty pattern outside a FilterKey.
    case emptyPattern
    /// The pattern does not compile; PCRE2's error code and message.
    case syntax(code: Int32, message: String)
  }

  /// What is wrong.
  package var reason: Reason
  /// The pattern's number, from 0.
  package var index: Int
  /// The pattern.
  package var pattern: KeyPattern
  /// The offset in the pattern.
  package var offset: Int
  /// The item after the comma that ends the pattern too early; the comma may have been meant as
  /// part of it.
  package var itemAfterComma: [UInt8]?

  /// Creates an error.
  package init(_ reason: Reason, index: Int, pattern: KeyPattern, offset: Int = 0) {
    self.reason = reason
    self.index = index
    self.pattern = pattern
    self.offset = offset
  }

  /// The program's name for the condition, with the item's number where one pattern is to blame.
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
