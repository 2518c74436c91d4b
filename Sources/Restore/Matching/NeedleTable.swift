// Many literals that may stand anywhere. A bit for each pair of bytes that a literal begins with says
// at most places of a key that nothing begins there; only at the others is the table asked.

/// Literals of two bytes and more, looked for at every place of a key.
struct NeedleTable: Sendable {
  private let table: LiteralTable
  private var pairs: [UInt64]

  private static let bitCount = 1 << 16

  init(_ needles: [(bytes: [UInt8], index: Int)]) {
    table = LiteralTable(needles)
    pairs = Array(repeating: 0, count: needles.isEmpty ? 0 : NeedleTable.bitCount / 64)
    for needle in needles {
      let pair = Int(needle.bytes[0]) | Int(needle.bytes[1]) << 8
      pairs[pair / 64] |= 1 << UInt64(pair % 64)
    }
  }

  /// The smallest number of the literals that a key holds, or `Int.max`.
  func index(in key: RawSpan) -> Int {
    var best = Int.max
    // The last byte begins no pair.
    let end = key.byteCount &- 1
    guard !pairs.isEmpty else { return best }
    var at = 0
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
        if pairs[pair >> 6] >> UInt64(pair & 63) & 1 == 1 {
          best = min(best, table.index(ofStartOf: key, at: at))
        }
        word >>= 8
        at &+= 1
      }
    }
    return best
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
