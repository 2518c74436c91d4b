/// One pattern that selects keys: its bytes as typed, its mode, and where it was typed.
package struct KeyPattern: Hashable, Sendable {
  /// Where a pattern was typed.
  ///
  /// Options are numbered from 0, in the order given.
  package enum Origin: Hashable, Sendable {
    /// An item between the commas of the `option`-th FilterKey, whose first byte is at `offset`
    /// of the option's text.
    case filterKey(option: Int, item: Int, offset: Int)
    /// The `option`-th regular expression given whole, in which a comma is a comma.
    case keyRegex(option: Int)
    /// A line of a file of keys, numbered from 1.
    case keysFile(line: Int)
    /// The `option`-th pattern that excludes keys.
    case exclude(option: Int)
  }

  /// The pattern as typed.
  package var bytes: [UInt8]
  /// Its language, and how much of a key it must describe.
  package var mode: MatchMode
  /// Where it was typed.
  package var origin: Origin

  /// Makes a pattern.
  package init(_ bytes: [UInt8], mode: MatchMode = .full, from origin: Origin) {
    self.bytes = bytes
    self.mode = mode
    self.origin = origin
  }

  /// A regular expression that was given whole.
  package init(keyRegex text: String, option: Int = 0, mode: MatchMode = .full) {
    self.init(Array(text.utf8), mode: mode, from: .keyRegex(option: option))
  }

  /// The same text, read in another mode: what a preview counts side by side.
  package func interpreted(as mode: MatchMode) -> KeyPattern {
    var other = self
    other.mode = mode
    return other
  }
}
