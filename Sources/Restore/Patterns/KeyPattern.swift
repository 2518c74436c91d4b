/// A pattern that selects keys: its bytes, its mode and its origin.
package struct KeyPattern: Hashable, Sendable {
  /// Where a pattern was given; options are numbered from 0.
  package enum Origin: Hashable, Sendable {
    /// An item of a FilterKey; `offset` is that of its first byte.
    case filterKey(option: Int, item: Int, offset: Int)
    /// A regular expression given as a whole, in which commas are literal.
    case keyRegex(option: Int)
    /// A line of a key file, numbered from 1.
    case keysFile(line: Int)
    /// An exclusion.
    case exclude(option: Int)
  }

  /// The pattern as typed.
  package var bytes: [UInt8]
  /// Its language and anchoring.
  package var mode: MatchMode
  /// Its origin.
  package var origin: Origin
  /// Whether letters of ASCII match regardless of case.
  package var ignoresCase = false

  /// Creates a pattern.
  package init(_ bytes: [UInt8], mode: MatchMode = .full, from origin: Origin) {
    self.bytes = bytes
    self.mode = mode
    self.origin = origin
  }

  /// A regular expression given as a whole.
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
