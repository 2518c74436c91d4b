// Damage by programs that take bytes for text: a terminal or an ASCII transfer, which makes CR LF of every LF,
// and a decoder, which replaces bytes that are not UTF-8 by U+FFFD.

/// What was done to a file that was taken for text.
package enum TextDamage: Hashable, Sendable {
  /// Every line feed has a carriage return before it.
  case lineEnds
  /// Bytes that are not UTF-8 were replaced.
  case replacedBytes

  /// Bytes that are enough to recognize it.
  package static let headCount = 1 << 16
  /// Occurrences that chance does not make.
  private static let least = 3

  /// Recognizes damage in the first bytes of a damaged file; nil if there is none of these kinds.
  package init?(_ head: [UInt8]) {
    if TextDamage.hasLineEnds(head) {
      self = .lineEnds
    } else if TextDamage.hasReplacedBytes(head) {
      self = .replacedBytes
    } else {
      return nil
    }
  }

  private static func hasLineEnds(_ head: [UInt8]) -> Bool {
    let feeds = head.indices.filter { head[$0] == 0x0a }
    return feeds.count >= least && feeds.allSatisfy { $0 > 0 && head[$0 - 1] == 0x0d }
  }

  private static func hasReplacedBytes(_ head: [UInt8]) -> Bool {
    // The last bytes may be part of a character.
    let whole = head.count < headCount ? head[...] : head.dropLast(4)
    let mark = "\u{fffd}"
    guard let text = String(validating: whole, as: UTF8.self) else { return false }
    return text.unicodeScalars.lazy.filter { $0 == mark.unicodeScalars.first }.prefix(least).count
      == least
  }
}
