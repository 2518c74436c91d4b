// The vendor's FilterKey: patterns between commas. No escape for a comma is documented, so there is
// none here: `a{1,3}` is two items. Nothing is trimmed, since a key may begin with a space.

/// A FilterKey as typed, and the items between its commas.
package struct FilterKey: Hashable, Sendable {
  /// What stands between two commas.
  package struct Item: Hashable, Sendable {
    /// Its number, from 0.
    package var index: Int
    /// Where its first byte is in the text.
    package var offset: Int
    /// Its bytes, of which there may be none.
    package var bytes: [UInt8]
  }

  /// The text as typed.
  package let text: [UInt8]
  /// What stands between the commas, empty items included.
  ///
  /// There is always one.
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
  ///   - mode: How they are to be read.
  ///   - option: Which FilterKey this is, from 0.
  ///   - first: The number of the first item among all patterns, for the error.
  /// - Returns: A pattern for each item, in order.
  /// - Throws: `.emptyFilterKey`, or `.emptyItem` for the first item without bytes.
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
