// The vendor's FilterKey: comma-separated patterns. Commas cannot be escaped, so `a{1,3}` is two
// items. Nothing is trimmed, since keys may start with a space.

/// A FilterKey and its items.
package struct FilterKey: Hashable, Sendable {
  /// The text between two commas.
  package struct Item: Hashable, Sendable {
    /// Its number, from 0.
    package var index: Int
    /// The offset of its first byte in the text.
    package var offset: Int
    /// Its bytes; may be empty.
    package var bytes: [UInt8]
  }

  /// The text as typed.
  package let text: [UInt8]
  /// The items, empty ones included; at least one.
  package let items: [Item]

  /// Splits a text at every comma.
  package init(_ text: [UInt8]) {
    self.text = text
    var items: [Item] = []
    var start = 0
    for end in text.indices where text[end] == 0x2c {
      items.append(Item(index: items.count, offset: start, bytes: Array(text[start..<end])))
      start = end + 1
    }
    items.append(Item(index: items.count, offset: start, bytes: Array(text[start...])))
    self.items = items
  }

  /// Splits a text at every comma.
  package init(_ text: String) { self.init(Array(text.utf8)) }

  /// The items as patterns.
  ///
  /// - Parameters:
  ///   - mode: How they are interpreted.
  ///   - option: The FilterKey's number, from 0.
  ///   - first: The number of the first item among all patterns, for errors.
  /// - Returns: A pattern per item, in order.
  /// - Throws: `.emptyFilterKey`, or `.emptyItem` for the first empty item.
  package func patterns(
    mode: MatchMode = .full, option: Int = 0, first: Int = 0
  ) throws(FilterKeyError) -> [KeyPattern] {
    var patterns: [KeyPattern] = []
    for item in items {
      let pattern = KeyPattern(
        item.bytes, mode: mode,
        from: .filterKey(option: option, item: item.index, offset: item.offset))
      guard !item.bytes.isEmpty else {
        throw FilterKeyError(
          text.isEmpty ? .emptyFilterKey : .emptyItem, index: first + item.index, pattern: pattern)
      }
      patterns.append(pattern)
    }
    return patterns
  }
}
