// An open-addressing hash table of literals. Checking whether a key starts with one of a thousand
// literals costs one lookup per distinct length.

/// Literals, each with the smallest pattern number that uses it.
struct LiteralTable: Sendable {
  private struct Entry: BitwiseCopyable {
    var start: Int
    var count: Int
    var index: Int
  }

  /// The hash in each slot; 0 for an empty one.
  private var tags: [UInt32] = []
  private var entries: [Entry] = []
  private var bytes: [UInt8] = []
  /// The distinct lengths, ascending.
  private(set) var lengths: [Int] = []

  /// Creates a table; a repeated literal keeps its smaller number.
  init(_ literals: [(bytes: [UInt8], index: Int)]) {
    guard !literals.isEmpty else { return }
    var size = 16
    while size < literals.count * 4 { size *= 2 }
    tags = Array(repeating: 0, count: size)
    entries = Array(repeating: Entry(start: 0, count: 0, index: .max), count: size)
    for literal in literals { insert(literal.bytes, literal.index) }
    lengths = Set(literals.map(\.bytes.count)).sorted()
  }

  private mutating func insert(_ literal: [UInt8], _ index: Int) {
    // SAFETY: as in `RawSpan.equals`: bytes have no padding.
    let tag = unsafe LiteralTable.hash(literal.span.bytes, at: 0, literal.count)
    var place = Int(tag) & (tags.count - 1)
    while tags[place] != 0 {
      let entry = entries[place]
      if bytes[entry.start..<(entry.start + entry.count)].elementsEqual(literal) {
        entries[place].index = min(entry.index, index)
        return
      }
      place = (place + 1) & (tags.count - 1)
    }
    tags[place] = tag
    entries[place] = Entry(start: bytes.count, count: literal.count, index: index)
    bytes += literal
  }

  /// The distinct lengths by number; nil after the last.
  @inline(__always)
  func length(_ number: Int) -> Int? { number < lengths.count ? lengths[number] : nil }

  /// The number of the literal that equals `count` bytes of a key, or `Int.max`.
  @inline(__always)
  func index(of key: RawSpan, at offset: Int, _ count: Int) -> Int {
    let tag = LiteralTable.hash(key, at: offset, count)
    let mask = tags.count &- 1
    var place = Int(tag) & mask
    // At least three quarters of the slots are empty, so the search ends.
    while tags[place] != 0 {
      if tags[place] == tag {
        let entry = entries[place]
        if entry.count == count, key.equals(count, at: offset, bytes.span, at: entry.start) {
          return entry.index
        }
      }
      place = (place &+ 1) & mask
    }
    return .max
  }

  /// The smallest number of the literals that the key ends with, or `Int.max`.
  @inline(__always)
  func index(ofEndOf key: RawSpan) -> Int {
    var best = Int.max
    for length in lengths {
      guard length <= key.byteCount else { break }
      best = min(best, index(of: key, at: key.byteCount &- length, length))
    }
    return best
  }

  /// The number of the literal that equals the key, or `Int.max`.
  @inline(__always)
  func index(ofWhole key: RawSpan) -> Int {
    guard let longest = lengths.last, key.byteCount <= longest else { return .max }
    return index(of: key, at: 0, key.byteCount)
  }

  /// The smallest number of the literals that the key starts with, or `Int.max`.
  @inline(__always)
  func index(ofStartOf key: RawSpan) -> Int {
    var best = Int.max
    for length in lengths {
      guard length <= key.byteCount else { break }
      best = min(best, index(of: key, at: 0, length))
    }
    return best
  }

  /// A hash of bytes, never 0; equality is decided by the bytes.
  @inline(__always)
  private static func hash(_ key: RawSpan, at offset: Int, _ count: Int) -> UInt32 {
    // Hash arithmetic wraps by design.
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9e37_79b9_7f4a_7c15
    var done = 0
    while done &+ 8 <= count {
      hash = mix(hash ^ key.word64(at: offset &+ done))
      done &+= 8
    }
    if done < count {
      var rest: UInt64 = 0
      if count >= 8 {
        rest = key.word64(at: offset &+ count &- 8)
      } else {
        while done < count {
          rest = rest << 8 | UInt64(key.byte(at: offset &+ done))
          done &+= 1
        }
      }
      hash = mix(hash ^ rest)
    }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32) | 1 << 31
  }

  @inline(__always)
  private static func mix(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0xff51_afd7_ed55_8ccd)
    return product.high ^ product.low
  }
}
