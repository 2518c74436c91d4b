// Likely mistakes in a FilterKey. The vendor's examples look like globs but are regular
// expressions: `session:*` selects `session:::` and not `session:abc`.

/// A warning about the patterns of a request.
package struct FilterKeyWarning: Hashable, Sendable {
  /// The reason.
  package enum Reason: String, Hashable, Sendable, CaseIterable {
    /// A comma inside `{m,n}` has split an item.
    case commaInQuantifier = "FilterKey.CommaInQuantifier"
    /// A regular expression has a `*` where a glob would have it.
    case looksLikeGlob = "FilterKey.LooksLikeGlob"
    /// The pattern selects every key, or every single-line key.
    case matchesAll = "FilterKey.MatchesAll"
    /// More patterns than the vendor advises: 10 keys, or 3 with regular expressions.
    case manyKeys = "FilterKey.ManyKeys"
    /// A regular expression that is a plain name except for a dot, which matches any byte.
    case unescapedDot = "FilterKey.UnescapedDot"
    /// `^` or `$` at an end of an expression that must match the whole key anyway.
    case redundantAnchor = "FilterKey.RedundantAnchor"
    /// `{42}` in a regular expression, where it repeats the preceding item.
    case braces = "FilterKey.Braces"
    /// A class with characters of several bytes, which matches one of their bytes.
    case multibyteClass = "FilterKey.MultibyteClass"
    /// A comma of another script, which separates nothing.
    case wideComma = "FilterKey.WideComma"
    /// A line break, which separates nothing.
    case lineBreak = "FilterKey.LineBreak"
    /// A space or a quote at an end, which is part of the pattern.
    case padded = "FilterKey.Padded"
    /// Another pattern selects every key that this one does.
    case shadowed = "FilterKey.Shadowed"
  }

  /// The reason.
  package var reason: Reason
  /// The pattern's number; for `.manyKeys`, the first beyond the limit.
  package var index: Int
  /// For `.shadowed`, the other pattern's number.
  package var other: Int?

  /// Creates a warning.
  package init(_ reason: Reason, index: Int, other: Int? = nil) {
    self.reason = reason
    self.index = index
    self.other = other
  }

  /// The warnings about patterns, in their order.
  package static func warnings(about patterns: [KeyPattern]) -> [FilterKeyWarning] {
    var warnings: [FilterKeyWarning] = []
    for (index, pattern) in patterns.enumerated() {
      if index + 1 < patterns.count, isSplitQuantifier(pattern, patterns[index + 1]) {
        warnings.append(FilterKeyWarning(.commaInQuantifier, index: index))
      }
      warnings += pattern.misreadings.map { FilterKeyWarning($0, index: index) }
      if let affix = Affix(pattern), affix.literal.isEmpty, affix.place != .whole {
        warnings.append(FilterKeyWarning(.matchesAll, index: index))
      }
      if pattern.mode.isRegex, pattern.hasUnescapedDot {
        warnings.append(FilterKeyWarning(.unescapedDot, index: index))
      }
      if pattern.mode == .full, pattern.isAnchored {
        warnings.append(FilterKeyWarning(.redundantAnchor, index: index))
      }
      if isPadded(pattern.bytes) { warnings.append(FilterKeyWarning(.padded, index: index)) }
      if let other = pattern.shadow(among: patterns, at: index) {
        warnings.append(FilterKeyWarning(.shadowed, index: index, other: other))
      }
    }
    let most = patterns.contains(where: isExpression) ? 3 : 10
    if patterns.count > most { warnings.append(FilterKeyWarning(.manyKeys, index: most)) }
    return warnings
  }

  /// Whether two neighbours were `a{1` and `3}b`.
  private static func isSplitQuantifier(_ a: KeyPattern, _ b: KeyPattern) -> Bool {
    guard case .filterKey(let option, let item, _) = a.origin, a.mode.isRegex,
      case .filterKey(option, item + 1, _) = b.origin
    else { return false }
    let digitsAtEnd = a.bytes.reversed().prefix(while: DigitRun.isDigit)
    guard a.bytes.dropLast(digitsAtEnd.count).last == UInt8(ascii: "{") else { return false }
    return b.bytes.drop(while: DigitRun.isDigit).first == UInt8(ascii: "}")
  }

  /// Whether a pattern starts or ends with a space, or is in quotes that the shell should have
  /// removed.
  private static func isPadded(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, let last = bytes.last else { return false }
    let spaces = " \t".utf8
    return spaces.contains(first) || spaces.contains(last)
      || bytes.count > 1 && first == last && "'\"`".utf8.contains(first)
  }

  private static func isExpression(_ pattern: KeyPattern) -> Bool {
    guard let affix = Affix(pattern) else { return true }
    return affix.place != .whole
  }
}
