// Many literals that may stand anywhere. A bit for each pair of bytes that a literal begins with says
// at most places of a key that nothing begins there; only at the others is the table asked.

/// Literals of two bytes and more, looked for at every place of a key.
struct NeedleTable: Sendable {
  private let table: LiteralTable
  private var pairs: [UInt64]

  private static let bitCount = 4096

  init(_ needles: [(bytes: [UInt8], index: Int)]) {
    table = LiteralTable(needles)
    pairs = Array(repeating: 0, count: needles.isEmpty ? 0 : NeedleTable.bitCount / 64)
    for needle in needles {
      let bit = NeedleTable.bit(UInt16(needle.bytes[0]) | UInt16(needle.bytes[1]) << 8)
      pairs[bit / 64] |= 1 << UInt64(bit % 64)
    }
  }

  /// The smallest number of the literals that a key holds, or `Int.max`.
  func index(in key: RawSpan) -> Int {
    var best = Int.max
    guard !pairs.isEmpty, key.byteCount >= 2 else { return best }
    var pair = UInt16(key.byte(at: 0)) << 8
    for at in 0..<(key.byteCount &- 1) {
      pair = pair >> 8 | UInt16(key.byte(at: at &+ 1)) << 8
      let bit = NeedleTable.bit(pair)
      guard pairs[bit / 64] >> UInt64(bit % 64) & 1 == 1 else { continue }
      best = min(best, table.index(ofStartOf: key, at: at))
    }
    return best
  }

  /// The bit of a pair of bytes: twelve bits of a product that every bit of the pair takes part in.
  @inline(__always)
  private static func bit(_ pair: UInt16) -> Int {
    Int((UInt32(pair) &* 0x9e37_79b1) >> 20)
  }
}
