// What may be shown of a text that holds secrets.

import RDB
package import Restore

/// Masks secrets.
package struct TextMask: ~Copyable {
  private var matcher: SignatureMatcher?

  /// What stands where a secret was, however long it was.
  private static let stars = Array("********".utf8)
  /// Bytes of a match that are shown.
  private static let shown = 120
  /// The longest secret: so far before a match one may begin that reaches into it.
  private static let reach = 16 << 10

  /// Makes a mask; without rules nothing is masked.
  package init(_ secrets: CompiledSignatures?) { matcher = secrets.map { SignatureMatcher($0) } }

  /// A whole text.
  package mutating func masked(_ text: RawSpan) -> [UInt8] {
    let bytes = [UInt8](copying: text)
    guard matcher != nil else { return bytes }
    return TextMask.cover(bytes, from: 0, matcher?.secrets(in: text) ?? [])
  }

  /// A match, cut to a length.
  mutating func excerpt(_ match: SignatureMatch, isSecret: Bool, of text: RawSpan) -> [UInt8] {
    let end = min(match.end, match.start + TextMask.shown)
    let bytes = [UInt8](copying: text.extracting(match.start..<end))
    guard matcher != nil else { return bytes }
    let first = max(0, match.start - TextMask.reach)
    let last = min(text.byteCount, end + TextMask.reach)
    let found = matcher?.secrets(in: text.extracting(first..<last)) ?? []
    var places = found.map { ($0.lowerBound + first)..<($0.upperBound + first) }
    if isSecret { places.append(match.secretStart..<match.secretEnd) }
    return TextMask.cover(bytes, from: match.start, places)
  }

  /// Bytes that stand at `start`, with stars for each row of bytes in any of the places.
  private static func cover(
    _ bytes: [UInt8], from start: Int, _ places: [Range<Int>]
  ) -> [UInt8] {
    var isHidden = [Bool](repeating: false, count: bytes.count)
    for place in places {
      let end = start + bytes.count
      for index in place.clamped(to: start..<end) { isHidden[index - start] = true }
    }
    var shown: [UInt8] = []
    for index in bytes.indices {
      guard isHidden[index] else {
        shown.append(bytes[index])
        continue
      }
      if index == 0 || !isHidden[index - 1] { shown += stars }
    }
    return shown
  }
}
