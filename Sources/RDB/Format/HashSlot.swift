// The cluster slot of a key: CRC16 (XMODEM: polynomial 0x1021, from zero) of the key, or of its hash
// tag, modulo 16384. The hash tag is what stands between the first `{` and the next `}`, if that is
// at least one byte.

/// Computes cluster slots.
public enum HashSlot {
  /// Slots of a cluster.
  public static let count = 16_384

  private static let table: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index) << 8) { sum, _ in
      sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021
    }
  }

  /// The slot of a key.
  public static func slot(of key: RawSpan) -> UInt16 {
    var start = 0
    var end = key.byteCount
    if let open = first(0x7b, in: key, from: 0), let close = first(0x7d, in: key, from: open + 1),
      close > open + 1
    {
      start = open + 1
      end = close
    }
    var sum: UInt16 = 0
    for at in start..<end { sum = sum << 8 ^ table[Int(UInt8(sum >> 8) ^ key.byte(at: at))] }
    return sum & UInt16(count - 1)
  }

  private static func first(_ byte: UInt8, in key: RawSpan, from start: Int) -> Int? {
    var at = start
    while at < key.byteCount {
      if key.byte(at: at) == byte { return at }
      at += 1
    }
    return nil
  }
}
