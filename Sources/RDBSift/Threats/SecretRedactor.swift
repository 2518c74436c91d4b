// Redacts secrets in texts of a report.

import RDB
package import Restore

/// Replaces secrets with stars.
package struct SecretRedactor: ~Copyable {
  private var matcher: SignatureMatcher?

  /// The replacement of a secret of any length.
  private static let stars = Array("********".utf8)
  /// The most bytes of a match to show.
  private static let shown = 120
  /// The longest secret in bytes: how far before a match an overlapping one may begin.
  private static let reach = 16 << 10

  /// Makes a redactor; without rules it redacts nothing.
  package init(_ secrets: CompiledSignatures?) { matcher = secrets.map { SignatureMatcher($0) } }

  /// Redacts a whole text.
  package mutating func redacted(_ text: RawSpan) -> [UInt8] {
    let bytes = [UInt8](copying: text)
    guard matcher != nil else { return bytes }
    return SecretRedactor.cover(bytes, from: 0, matcher?.secrets(in: text) ?? [])
  }

  /// Redacts a match and truncates it.
  mutating func excerpt(_ match: SignatureMatch, isSecret: Bool, of text: RawSpan) -> [UInt8] {
    let end = min(match.end, match.start + SecretRedactor.shown)
    let bytes = [UInt8](copying: text.extracting(match.start..<end))
    guard matcher != nil else { return bytes }
    let first = max(0, match.start - SecretRedactor.reach)
    let last = min(text.byteCount, end + SecretRedactor.reach)
    let found = matcher?.secrets(in: text.extracting(first..<last)) ?? []
    var places = found.map { ($0.lowerBound + first)..<($0.upperBound + first) }
    if isSecret { places.append(match.secretStart..<match.secretEnd) }
    return SecretRedactor.cover(bytes, from: match.start, places)
  }

  /// Replaces each run of bytes in any of the places with stars; `bytes` begin at `start`.
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
