// Elements on their way from a walker to a sink, some dozens at a time. A sink of another module is
// reached by a call that cannot be inlined; once per row of elements that costs nothing.

/// A reused row of elements.
struct ElementBuffer {
  /// Elements it holds at most; even, so that pairs are never split.
  static let capacity = 64

  private(set) var items = [StringObject](repeating: .integer(0), count: ElementBuffer.capacity)
  private(set) var scores = [Double](repeating: 0, count: ElementBuffer.capacity)
  private(set) var count = 0

  var isFull: Bool { count == ElementBuffer.capacity }

  @inline(__always)
  mutating func append(_ item: StringObject) {
    items[count] = item
    count &+= 1
  }

  /// Gives the last element, appended without one, its score.
  @inline(__always)
  mutating func append(_ item: StringObject, score: Double) {
    scores[count] = score
    append(item)
  }

  mutating func removeAll() { count = 0 }

  /// Pours the row into a sink, as elements of a value of `shape`.
  mutating func pour<Sink: ValueSink & ~Copyable>(
    as shape: ValueShape, in bytes: RawSpan, into sink: inout Sink
  ) throws(RDBError) {
    guard count > 0 else { return }
    let filled = count
    count = 0
    let row = items.span.extracting(first: filled)
    switch shape {
    case .hash: try sink.pairs(row, in: bytes)
    case .sortedSet: try sink.members(row, scores: scores.span, in: bytes)
    default: try sink.items(row, in: bytes)
    }
  }
}
