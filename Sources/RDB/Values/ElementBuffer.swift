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

  /// Appends a member and its score.
  @inline(__always)
  mutating func append(_ item: StringObject, score: Double) {
    scores[count] = score
    append(item)
  }

  mutating func removeAll() { count = 0 }

  /// Makes members of entries that stand in turn: a member, the text of its score.
  ///
  /// - Parameter blob: The bytes that the entries are in.
  /// - Throws: `.badScore`, with the place in `blob`.
  mutating func pairScores(in blob: RawSpan) throws(RDBError) {
    let pairs = count / 2
    // Only what was paired counts, should a score be none.
    count = 0
    for index in 0..<pairs {
      scores[index] = try Score(items[2 &* index &+ 1], in: blob).value
      items[index] = items[2 &* index]
      count &+= 1
    }
  }
}

/// Fills rows and pours each into a sink, until there is nothing to fill them with.
///
/// What was read before damage is poured too, since it is whole.
///
/// - Parameters:
///   - shape: What the elements are elements of.
///   - bytes: Where their places are.
///   - row: An empty row.
///   - sink: What takes them.
///   - fill: Appends to the row; false when it was the last.
/// - Throws: What filling or the sink throws.
@inline(__always)
func pour<Sink: ValueSink & ~Copyable>(
  _ shape: ValueShape, in bytes: RawSpan, _ row: inout ElementBuffer, into sink: inout Sink,
  fill: (inout ElementBuffer) throws(RDBError) -> Bool
) throws(RDBError) {
  var more = true
  while more {
    var damage: RDBError?
    row.removeAll()
    do throws(RDBError) {
      more = try fill(&row)
    } catch {
      damage = error
    }
    let count = shape == .hash ? row.count & ~1 : row.count
    if count > 0 {
      let items = row.items.span.extracting(first: count)
      switch shape {
      case .hash: try sink.pairs(items, in: bytes)
      case .sortedSet: try sink.members(items, scores: row.scores.span, in: bytes)
      default: try sink.items(items, in: bytes)
      }
    }
    if let damage { throw damage }
  }
}
