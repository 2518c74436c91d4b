// The slot of a key in a cluster: CRC16 (XMODEM: polynomial 0x1021, start 0) of the key, modulo 16384.
// If the key has `{` and a later `}` with something between them, only the part between the
// first `{` and the next `}` counts: the hash tag.

/// A slot of a cluster.
public struct HashSlot: RawRepresentable, Hashable, Comparable, BitwiseCopyable, Sendable {
  /// Slots of a cluster.
  public static let count = 16384

  /// The number, below 16384.
  public var rawValue: UInt16

  /// Makes a slot from its number; nil if the number is out of range.
  public init?(rawValue: UInt16) {
    guard rawValue < HashSlot.count else { return nil }
    self.rawValue = rawValue
  }

  /// The slot of a key.
  public init(of key: RawSpan) { self.init(of: key, tag: HashSlot.tag(of: key)) }

  /// The slot of a key whose hash tag is known.
  package init(of key: RawSpan, tag: Range<Int>) {
    let tables = HashSlot.tables
    var sum: UInt16 = 0
    var at = tag.lowerBound
    while tag.upperBound - at >= 8 {
      let bytes = UInt64(bitPattern: key.littleEndian64(at: at)) ^ UInt64(sum.byteSwapped)
      sum = 0
      for place in 0..<8 {
        sum ^= tables[(7 - place) << 8 | Int(truncatingIfNeeded: bytes >> UInt64(place * 8) & 255)]
      }
      at += 8
    }
    while at < tag.upperBound {
      sum = sum << 8 ^ tables[Int(sum >> 8 ^ UInt16(key.byte(at: at)))]
      at += 1
    }
    rawValue = sum & 0x3fff
  }

  /// The part of a key that its slot is computed from.
  package static func tag(of key: RawSpan) -> Range<Int> {
    let whole = 0..<key.byteCount
    guard let open = whole.first(where: { key.byte(at: $0) == 0x7b }) else { return whole }
    let rest = (open + 1)..<key.byteCount
    guard let close = rest.first(where: { key.byte(at: $0) == 0x7d }), close > open + 1 else {
      return whole
    }
    return (open + 1)..<close
  }

  /// The order of numbers.
  public static func < (a: HashSlot, b: HashSlot) -> Bool { a.rawValue < b.rawValue }

  /// What a byte does to the sum with 0 to 7 bytes behind it, 256 numbers each.
  private static let tables: [UInt16] = {
    var tables = (0..<256).map { byte in
      (0..<8).reduce(UInt16(byte) << 8) { sum, _ in
        sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021
      }
    }
    for index in 256..<2048 {
      let sum = tables[index - 256]
      tables.append(sum << 8 ^ tables[Int(sum >> 8)])
    }
    return tables
  }()
}
