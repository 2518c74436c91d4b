// Which literals a text may hold, at nearly the speed of memory.
//
// Of each literal four bytes are chosen that are rare in what people store. Whatever place they have
// in a text, one of the two groups of three among them begins at an even offset; so it is enough to
// look up three bytes at every other offset, in a table of hashes. Eight bytes are loaded for three
// look-ups. A literal is compared only where the table has its group.

import RDB

/// Literals, ready to be looked for all at once.
struct LiteralPrefilter: Sendable {
  /// Bytes that a literal has at least.
  static let width = 4
  private static let tableBits: UInt32 = 15
  private static let noBucket: UInt8 = 0

  /// Where a group of a literal's bytes is, and whose it is.
  private struct Entry: BitwiseCopyable {
    /// The literal in `bytes`.
    var start: Int
    var count: Int
    /// The group's offset in the literal.
    var offset: Int
    /// Whose literal it is.
    var owner: Int
  }

  /// A bucket's number for each hash, 0 where no group has it.
  private var table: [UInt8] = []
  private var buckets: [[Entry]] = [[]]
  private var bytes: [UInt8] = []

  /// Whether there are no literals.
  let isEmpty: Bool

  /// Makes a prefilter of literals, each with the number of whoever wants to know of it.
  init(_ literals: [(bytes: [UInt8], owner: Int)]) {
    isEmpty = literals.isEmpty
    guard !isEmpty else { return }
    table = Array(repeating: LiteralPrefilter.noBucket, count: 1 << Int(LiteralPrefilter.tableBits))
    for literal in literals where literal.bytes.count >= LiteralPrefilter.width {
      let start = bytes.count
      bytes += literal.bytes
      let window = LiteralPrefilter.rarestWindow(literal.bytes)
      for offset in [window, window + 1] {
        add(
          Entry(start: start, count: literal.bytes.count, offset: offset, owner: literal.owner),
          hash: literal.bytes.withRawSpan { LiteralPrefilter.hash($0, at: offset) })
      }
    }
  }

  private mutating func add(_ entry: Entry, hash: Int) {
    if table[hash] == LiteralPrefilter.noBucket {
      // Numbers are a byte; what comes when they are used up shares the last one.
      if buckets.count < 256 { buckets.append([]) }
      table[hash] = UInt8(buckets.count - 1)
    }
    buckets[Int(table[hash])].append(entry)
  }

  /// Where the four bytes of a literal begin that are most seldom met.
  private static func rarestWindow(_ literal: [UInt8]) -> Int {
    let scores = literal.map(rarity)
    var best = 0
    var bestScore = -1
    for start in 0...(literal.count - width) {
      let score = scores[start..<(start + width)].reduce(0, +)
      if score > bestScore { (best, bestScore) = (start, score) }
    }
    return best
  }

  private static func rarity(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): 1
    case 0, 0x20, UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "\""), UInt8(ascii: "-"): 1
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "/"), UInt8(ascii: "_"): 2
    case 0x21...0x7e: 3
    default: 4
    }
  }

  /// Tells whose literals stand in a text; whoever has several may be told more than once.
  @inline(__always)
  func search(_ text: RawSpan, _ found: (Int) -> Void) {
    let count = text.byteCount
    guard count >= LiteralPrefilter.width, !isEmpty else { return }
    let table = table.span
    var at = 0
    while at &+ 8 <= count {
      let word = UInt64(littleEndian: text.word64(at: at))
      let first = table[LiteralPrefilter.hash(UInt32(truncatingIfNeeded: word))]
      let second = table[LiteralPrefilter.hash(UInt32(truncatingIfNeeded: word >> 16))]
      let third = table[LiteralPrefilter.hash(UInt32(truncatingIfNeeded: word >> 32))]
      if first | second | third != LiteralPrefilter.noBucket {
        compare(first, text, at: at, found)
        compare(second, text, at: at &+ 2, found)
        compare(third, text, at: at &+ 4, found)
      }
      at &+= 6
    }
    while at &+ 3 <= count {
      compare(table[LiteralPrefilter.hash(text, at: at)], text, at: at, found)
      at &+= 2
    }
  }

  @inline(__always)
  private func compare(_ bucket: UInt8, _ text: RawSpan, at: Int, _ found: (Int) -> Void) {
    if bucket != LiteralPrefilter.noBucket { compareAll(Int(bucket), text, at: at, found) }
  }

  @inline(never)
  private func compareAll(_ bucket: Int, _ text: RawSpan, at: Int, _ found: (Int) -> Void) {
    for index in buckets[bucket].indices {
      let entry = buckets[bucket][index]
      let start = at &- entry.offset
      guard start >= 0, entry.count <= text.byteCount &- start else { continue }
      if text.equals(entry.count, at: start, bytes.span, at: entry.start) { found(entry.owner) }
    }
  }

  /// The hash of the three low bytes.
  @inline(__always)
  private static func hash(_ word: UInt32) -> Int {
    Int(((word & 0xff_ffff) &* 0x9e37_79b1) &>> (32 &- tableBits))
  }

  /// The hash of three bytes that are known to be inside.
  private static func hash(_ bytes: RawSpan, at: Int) -> Int {
    hash(
      UInt32(bytes.byte(at: at)) | UInt32(bytes.byte(at: at &+ 1)) << 8
        | UInt32(bytes.byte(at: at &+ 2)) << 16)
  }
}
