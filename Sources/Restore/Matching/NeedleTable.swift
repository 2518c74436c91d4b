// Many literals that may stand anywhere. A bit for each pair of bytes that a literal begins with says
// at most places of a key that nothing begins there; only at the others are literals looked up, of the
// lengths that there are of that pair.

/// Literals of two bytes and more, looked for at every place of a key.
struct NeedleTable: Sendable {
  private let table: LiteralTable
  private var pairs: [UInt64]
  /// Of each word of `pairs`, how many bits are set before it.
  private var ranks: [Int] = []
  /// Where the lengths of each pair begin in `lengths`, and the end of the last.
  private var starts: [Int] = []
  private var lengths: [Int] = []

  private static let bitCount = 1 << 16

  init(_ needles: [(bytes: [UInt8], index: Int)]) {
    table = LiteralTable(needles)
    pairs = Array(repeating: 0, count: NeedleTable.bitCount / 64)
    let groups = Dictionary(grouping: needles) { Int($0.bytes[0]) | Int($0.bytes[1]) << 8 }
    for (pair, needles) in groups.sorted(by: { $0.key < $1.key }) {
      pairs[pair / 64] |= 1 << UInt64(pair % 64)
      starts.append(lengths.count)
      lengths += Set(needles.map(\.bytes.count)).sorted()
    }
    starts.append(lengths.count)
    var rank = 0
    for word in pairs {
      ranks.append(rank)
      rank += word.nonzeroBitCount
    }
  }

  /// The next place of a key, at `start` or behind it, where a literal may begin.
  @inline(__always)
  func nextPlace(in key: RawSpan, from start: Int) -> Int? {
    // The last byte begins no pair.
    let end = key.byteCount &- 1
    var at = start
    while at < end {
      // Seven pairs of a word, or those of the last one, moved down.
      var word: UInt64
      var stop = end
      if at &+ 8 <= key.byteCount {
        word = UInt64(littleEndian: key.word64(at: at))
        stop = at &+ 7
      } else {
        word = key.tail(from: at)
      }
      while at < stop {
        let pair = Int(truncatingIfNeeded: word & 0xffff)
        if pairs[pair >> 6] >> UInt64(pair & 63) & 1 == 1 { return at }
        word >>= 8
        at &+= 1
      }
    }
    return nil
  }

  /// Which lengths literals have that may begin at such a place, as numbers of `index`.
  @inline(__always)
  func candidates(in key: RawSpan, at place: Int) -> Range<Int> {
    let pair = Int(key.byte(at: place)) | Int(key.byte(at: place &+ 1)) << 8
    let below = pairs[pair >> 6] & (1 << UInt64(pair & 63) &- 1)
    let rank = ranks[pair >> 6] &+ below.nonzeroBitCount
    return starts[rank]..<starts[rank &+ 1]
  }

  /// The number of the literal of such a length at the place, or `Int.max`.
  @inline(__always)
  func index(_ candidate: Int, in key: RawSpan, at place: Int) -> Int {
    let length = lengths[candidate]
    guard length <= key.byteCount &- place else { return .max }
    return table.index(of: key, at: place, length)
  }
}

extension RawSpan {
  /// The fewer than eight bytes from an offset to the end, the first the lowest.
  @inline(__always)
  fileprivate func tail(from start: Int) -> UInt64 {
    if byteCount >= 8 {
      let last = UInt64(littleEndian: word64(at: byteCount &- 8))
      return last >> UInt64(8 &* (8 &- (byteCount &- start)))
    }
    var word: UInt64 = 0
    for at in (start..<byteCount).reversed() { word = word << 8 | UInt64(byte(at: at)) }
    return word
  }
}
