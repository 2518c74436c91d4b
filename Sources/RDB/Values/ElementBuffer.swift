// Elements between a walker and a sink, some dozens at a time. A sink of another module is
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

  /// Lends the places of the row, of which `body` fills those from the count on, and takes the new
  /// count; the array is then asked once, and not per element, whether it is shared.
  @inline(__always)
  mutating func extend(_ body: (inout MutableSpan<StringObject>, Int) -> Int) {
    let first = count
    var places = items.mutableSpan
    let filled = body(&places, first)
    count = filled
  }

  /// Appends strings while they are short and stored as raw bytes.
  ///
  /// - Returns: How many; the row is full, `limit` is reached, or the next is another.
  @inline(__always)
  mutating func appendShort(in bytes: RawSpan, _ at: inout Int, atMost limit: Int) -> Int {
    var place = at
    let before = count
    extend { places, first in
      var count = first
      let stop = count &+ min(places.count &- count, limit)
      while count < stop {
        let start = place
        guard let length = bytes.skipShortString(&place) else { break }
        places[count] = .raw(ByteRange(offset: start &+ 1, count: length))
        count &+= 1
      }
      return count
    }
    at = place
    return count &- before
  }

  /// Appends members and scores as doubles while members are short raw strings, and
  /// scores are numbers.
  ///
  /// - Returns: How many; the row is full, `limit` is reached, or the next is another.
  @inline(__always)
  mutating func appendScored(in bytes: RawSpan, _ at: inout Int, atMost limit: Int) -> Int {
    let before = count
    let stop = before &+ min(ElementBuffer.capacity &- before, limit)
    count = ElementBuffer.fill(&items, &scores, from: before, to: stop, in: bytes, &at)
    return count &- before
  }

  @inline(__always)
  private static func fill(
    _ items: inout [StringObject], _ scores: inout [Double], from first: Int, to stop: Int,
    in bytes: RawSpan, _ at: inout Int
  ) -> Int {
    var count = first
    var place = at
    var places = items.mutableSpan
    var numbers = scores.mutableSpan
    while count < stop {
      var next = place
      guard let length = bytes.skipShortString(&next), bytes.byteCount &- next >= 8 else { break }
      let score = Double(bitPattern: bytes.number(at: next, as: UInt64.self))
      guard !score.isNaN else { break }
      places[count] = .raw(ByteRange(offset: place &+ 1, count: length))
      numbers[count] = score
      place = next &+ 8
      count &+= 1
    }
    at = place
    return count
  }

  /// Pairs entries that are, in turn, a member and the text of its score.
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

/// Fills rows and passes each to a sink, until `fill` has no more.
///
/// Elements before an error are passed too, since they are whole.
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
