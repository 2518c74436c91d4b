// Literals that may occur anywhere in a key. A bit per initial byte pair rules out most positions;
// at the others, literals are looked up by the lengths that start with that pair.

/// Literals of two bytes or more, searched at every position.
struct NeedleTable: Sendable {
  private let table: LiteralTable
  private var pairs: [UInt64]
  /// Set bits before each word of `pairs`.
  private var ranks: [Int] = []
  /// The start of each pair's lengths in `lengths`, and the end of the last.
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

  /// The next position of a key, from `start` on, where a literal may begin.
  @inline(__always)
  func nextPlace(in key: RawSpan, from start: Int) -> Int? {
    // The last byte begins no pair.
    let end = key.byteCount &- 1
    var at = start
    while at < end {
      // Seven pairs of a word, or the remaining ones, shifted.
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

  /// The candidate lengths at a position, as numbers for `index`.
  @inline(__always)
  func candidates(in key: RawSpan, at place: Int) -> Range<Int> {
    let pair = Int(key.byte(at: place)) | Int(key.byte(at: place &+ 1)) << 8
    let below = pairs[pair >> 6] & (1 << UInt64(pair & 63) &- 1)
    let rank = ranks[pair >> 6] &+ below.nonzeroBitCount
    return starts[rank]..<starts[rank &+ 1]
  }

  /// The number of the literal of a candidate length at the position, or `Int.max`.
  @inline(__always)
  func index(_ candidate: Int, in key: RawSpan, at place: Int) -> Int {
    let length = lengths[candidate]
    guard length <= key.byteCount &- place else { return .max }
    return table.index(of: key, at: place, length)
  }
}

extension RawSpan {
  /// Fewer than eight bytes from an offset to the end, the first in the lowest byte.
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
