/// The language of a pattern, and how much of a key it must match.
package enum MatchMode: String, Hashable, Sendable, CaseIterable {
  /// A regular expression that must match the whole key: the default, since the vendor's console
  /// asks for key names here.
  case full
  /// A regular expression that may match any part of the key.
  case search
  /// Redis's glob, as in `KEYS`.
  case glob
  /// The exact key.
  case literal

  /// Whether patterns of this mode are regular expressions.
  package var isRegex: Bool { self == .full || self == .search }
}
