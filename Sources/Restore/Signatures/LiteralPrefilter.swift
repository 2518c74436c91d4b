// Finds candidate literals at nearly memory speed.
//
// Of each literal the four rarest bytes are chosen. Wherever they are in a text, one of their two
// groups of three begins at an even offset; so three bytes at every other offset are looked up in a
// hash table, three lookups per eight bytes. Literals are compared only where the table has the
// group.

import RDB

/// Literals searched all at once.
struct LiteralPrefilter: Sendable {
  /// The minimum length of a literal.
  static let width = 4
  private static let tableBits: UInt32 = 15
  private static let noBucket: UInt8 = 0

  /// A group of a literal's bytes and its owner.
  private struct Entry: BitwiseCopyable {
    /// The literal's place in `bytes`.
    var start: Int
    var count: Int
    /// The group's offset in the literal.
    var offset: Int
    /// The owner of the literal.
    var owner: Int
  }

  /// The bucket of each hash; 0 if no group has it.
  private var table: [UInt8] = []
  private var buckets: [[Entry]] = [[]]
  private var bytes: [UInt8] = []

  /// Whether there are no literals.
  let isEmpty: Bool

  /// Creates a prefilter of literals with their owners' numbers.
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
      // Bucket numbers are bytes; groups beyond them share the last bucket.
      if buckets.count < 256 { buckets.append([]) }
      table[hash] = UInt8(buckets.count - 1)
    }
    buckets[Int(table[hash])].append(entry)
  }

  /// The offset of the four rarest bytes of a literal.
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

  /// Reports the owners of literals in a text and where these begin, possibly more than once.
  @inline(__always)
  func search(_ text: RawSpan, _ found: (_ owner: Int, _ start: Int) -> Void) {
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
  private func compare(_ bucket: UInt8, _ text: RawSpan, at: Int, _ found: (Int, Int) -> Void) {
    if bucket != LiteralPrefilter.noBucket { compareAll(Int(bucket), text, at: at, found) }
  }

  @inline(never)
  private func compareAll(_ bucket: Int, _ text: RawSpan, at: Int, _ found: (Int, Int) -> Void) {
    for index in buckets[bucket].indices {
      let entry = buckets[bucket][index]
      let start = at &- entry.offset
      guard start >= 0, entry.count <= text.byteCount &- start else { continue }
      if text.equals(entry.count, at: start, bytes.span, at: entry.start) {
        found(entry.owner, start)
      }
    }
  }

  /// The hash of the three low bytes.
  @inline(__always)
  private static func hash(_ word: UInt32) -> Int {
    Int(((word & 0xff_ffff) &* 0x9e37_79b1) &>> (32 &- tableBits))
  }

  /// The hash of three bytes inside the span.
  private static func hash(_ bytes: RawSpan, at: Int) -> Int {
    hash(
      UInt32(bytes.byte(at: at)) | UInt32(bytes.byte(at: at &+ 1)) << 8
        | UInt32(bytes.byte(at: at &+ 2)) << 16)
  }
}
