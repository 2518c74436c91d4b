/// What a pattern's keys begin with, to find keys that nearly do.
package struct LiteralPrefix: Sendable {
  private let bytes: [UInt8]

  /// Makes the beginning of a pattern's keys.
  package init(_ pattern: KeyPattern) { bytes = pattern.literalPrefix }

  /// Whether a key shares the first `count` bytes; the beginning may have fewer.
  package func isShared(by key: RawSpan, first count: Int) -> Bool {
    count <= bytes.count && count <= key.byteCount
      && key.equals(count, at: 0, bytes.span, at: 0)
  }

  /// How many of the first bytes a key shares.
  package func common(with key: RawSpan) -> Int {
    let most = min(bytes.count, key.byteCount)
    return (0..<most).first { key.byte(at: $0) != bytes[$0] } ?? most
  }
}
