// Hashes of a row of strings. They are computed first and looked up then, so that look-ups wait for memory
// together, and the set is asked once per row whether it is shared.

/// A reused row of hashes.
package struct HashRow: Sendable {
  private var hashes: [UInt64] = []
  private var count = 0

  /// Makes an empty row, which costs nothing.
  package init() {}

  /// Takes the hashes of every `step`th string of a row that a walk passes.
  ///
  /// - Returns: False if there are too many, or one is compressed, which may be damaged.
  package mutating func fill(
    with row: Span<StringObject>, by step: Int, in bytes: RawSpan
  ) -> Bool {
    guard row.count <= ElementBuffer.capacity else { return false }
    if hashes.isEmpty { hashes = [UInt64](repeating: 0, count: ElementBuffer.capacity) }
    var places = hashes.mutableSpan
    var filled = 0
    var index = 0
    while index < row.count {
      switch row[index] {
      case .raw(let range): places[filled] = ByteHash.of(bytes.extracting(range.range))
      case .integer(let number): places[filled] = ByteHash.of(number)
      case .lzf: return false
      }
      filled &+= 1
      index &+= step
    }
    count = filled
    return true
  }

  /// Puts the hashes into a set, from one of them on, until one was there.
  ///
  /// - Returns: The number of the one that was there, and the hash; nil if none was.
  package func insert(into set: inout HashSet64, from first: Int = 0) -> (index: Int, hash: UInt64)?
  {
    guard let index = set.insert(hashes.span.extracting(first: count), from: first) else {
      return nil
    }
    return (index, hashes[index])
  }
}
