/// How much of a key a pattern must describe, and in which language.
package enum MatchMode: String, Hashable, Sendable, CaseIterable {
  /// A regular expression that describes the whole key. The default: a pattern stands where the
  /// vendor's console asks for a key name.
  case full
  /// A regular expression that describes any part of the key.
  case search
  /// Redis's own glob, as `KEYS` matches it.
  case glob
  /// The key itself, byte for byte.
  case literal

  /// Whether patterns of this mode are regular expressions.
  package var isRegex: Bool { self == .full || self == .search }
}
