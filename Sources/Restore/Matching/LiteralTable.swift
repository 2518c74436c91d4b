// Many literals at once: an open hash table over the bytes themselves. To ask whether a key begins
// with one of a thousand literals costs one look-up for each different length among them.

/// Literals and the smallest pattern number of each.
struct LiteralTable: Sendable {
  private struct Slot: BitwiseCopyable {
    var tag: UInt64
    var start: Int
    var count: Int
    var index: Int
  }

  private static let free = Slot(tag: 0, start: 0, count: -1, index: .max)

  private var slots: [Slot] = []
  private var bytes: [UInt8] = []
  /// The different lengths of the literals, ascending.
  private(set) var lengths: [Int] = []

  /// Makes a table; a literal that stands twice keeps its smaller number.
  init(_ literals: [(bytes: [UInt8], index: Int)]) {
    guard !literals.isEmpty else { return }
    var size = 4
    while size < literals.count * 2 { size *= 2 }
    slots = Array(repeating: LiteralTable.free, count: size)
    for literal in literals { insert(literal.bytes, literal.index) }
    lengths = Set(literals.map(\.bytes.count)).sorted()
  }

  private mutating func insert(_ literal: [UInt8], _ index: Int) {
    // SAFETY: as in `RawSpan.equals`: bytes have no padding.
    let tag = unsafe LiteralTable.hash(literal.span.bytes, literal.count)
    var place = Int(truncatingIfNeeded: tag) & (slots.count - 1)
    while slots[place].count >= 0 {
      let slot = slots[place]
      if slot.tag == tag, bytes[slot.start..<(slot.start + slot.count)].elementsEqual(literal) {
        slots[place].index = min(slot.index, index)
        return
      }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = Slot(tag: tag, start: bytes.count, count: literal.count, index: index)
    bytes += literal
  }

  /// The smallest number of the literal that is the first `count` bytes of a key, or `Int.max`.
  @inline(__always)
  func index(of key: RawSpan, first count: Int) -> Int {
    let tag = LiteralTable.hash(key, count)
    let mask = slots.count &- 1
    var place = Int(truncatingIfNeeded: tag) & mask
    // At least half the slots are free, so the search ends.
    while slots[place].count >= 0 {
      let slot = slots[place]
      if slot.tag == tag, slot.count == count,
        key.equals(count, at: 0, bytes.span, at: slot.start)
      {
        return slot.index
      }
      place = (place &+ 1) & mask
    }
    return .max
  }

  /// The number of the literal that is the whole key, or `Int.max`.
  @inline(__always)
  func index(ofWhole key: RawSpan) -> Int {
    guard let longest = lengths.last, key.byteCount <= longest else { return .max }
    return index(of: key, first: key.byteCount)
  }

  /// The smallest number of the literals that the key begins with, or `Int.max`.
  @inline(__always)
  func index(ofStartOf key: RawSpan) -> Int {
    var best = Int.max
    for length in lengths {
      guard length <= key.byteCount else { break }
      best = min(best, index(of: key, first: length))
    }
    return best
  }

  /// A hash of the first `count` bytes.
  ///
  /// It only spreads; equality is decided by the bytes.
  @inline(__always)
  private static func hash(_ key: RawSpan, _ count: Int) -> UInt64 {
    // Wrapping multiplications and additions are what a hash is made of.
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9e37_79b9_7f4a_7c15
    var at = 0
    while at &+ 8 <= count {
      hash = (hash ^ key.word64(at: at)) &* 0xff51_afd7_ed55_8ccd
      hash ^= hash >> 29
      at &+= 8
    }
    if at < count {
      var rest: UInt64 = 0
      if count >= 8 {
        rest = key.word64(at: count &- 8)
      } else {
        while at < count {
          rest = rest << 8 | UInt64(key.byte(at: at))
          at &+= 1
        }
      }
      hash = (hash ^ rest) &* 0xff51_afd7_ed55_8ccd
    }
    return hash ^ hash >> 32
  }
}
