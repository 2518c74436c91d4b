// The other direction of LZF, which the program itself never needs. Greedy: the last place where
// three bytes stood is looked up, and a match there is taken as far as it goes.
//
//   000nnnnn                      n + 1 literal bytes follow
//   lllooooo oooooooo             copy l + 2 bytes from o + 1 bytes back      (l = 1..6)
//   111ooooo llllllll oooooooo    copy l + 9 bytes from o + 1 bytes back

/// Packs bytes; its table of places is reused.
struct LZFCompressor {
  private static let bits = 14
  private static let farthest = 1 << 13
  private static let longest = 264

  /// Where three bytes with this hash were last seen, as `epoch` plus a place.
  ///
  /// What is below the epoch is of earlier inputs, so nothing has to be cleared.
  private var table = [UInt32](repeating: 0, count: 1 << bits)
  private var epoch: UInt32 = 1
  private(set) var packed: [UInt8] = []

  /// Packs `bytes` into `packed`; false where that would not save at least four bytes, as in servers.
  mutating func pack(_ bytes: [UInt8]) -> Bool {
    packed.removeAll(keepingCapacity: true)
    guard bytes.count > 4 else { return false }
    startOver(for: bytes.count)
    let room = bytes.count - 4
    var at = 0
    var literals = 0
    while at + 2 < bytes.count {
      guard packed.count + (at - literals) <= room else { return false }
      guard let distance = lookUp(bytes, at) else {
        at += 1
        continue
      }
      let length = matchLength(bytes, at, distance)
      appendLiterals(bytes, literals, at)
      appendCopy(length, distance)
      // A few places inside the match are enough to find the next.
      _ = lookUp(bytes, at + length - 2)
      at += length
      literals = at
    }
    appendLiterals(bytes, literals, bytes.count)
    return packed.count <= room
  }

  private mutating func startOver(for count: Int) {
    if Int(epoch) + count > Int(UInt32.max) - 1 {
      for index in table.indices { table[index] = 0 }
      epoch = 1
    }
    current = epoch
    epoch += UInt32(count)
  }
  private var current: UInt32 = 1

  /// How far back the three bytes at a place stood before; notes the place.
  private mutating func lookUp(_ bytes: [UInt8], _ at: Int) -> Int? {
    guard at + 2 < bytes.count else { return nil }
    let word = UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
    let slot = Int((word &* 0x9e37_79b1) >> UInt32(32 - LZFCompressor.bits))
    let seen = table[slot]
    table[slot] = current + UInt32(at)
    guard seen >= current else { return nil }
    let place = Int(seen - current)
    guard at > place, at - place <= LZFCompressor.farthest, bytes[place] == bytes[at],
      bytes[place + 1] == bytes[at + 1], bytes[place + 2] == bytes[at + 2]
    else { return nil }
    return at - place
  }

  private func matchLength(_ bytes: [UInt8], _ at: Int, _ distance: Int) -> Int {
    let most = min(LZFCompressor.longest, bytes.count - at)
    var length = 3
    while length < most, bytes[at + length] == bytes[at + length - distance] { length += 1 }
    return length
  }

  private mutating func appendLiterals(_ bytes: [UInt8], _ start: Int, _ end: Int) {
    var at = start
    while at < end {
      let count = min(32, end - at)
      packed.append(UInt8(count - 1))
      packed.append(contentsOf: bytes[at..<(at + count)])
      at += count
    }
  }

  private mutating func appendCopy(_ length: Int, _ distance: Int) {
    let back = distance - 1
    let code = length - 2
    packed.append(UInt8(min(code, 7) << 5 | back >> 8))
    if code >= 7 { packed.append(UInt8(code - 7)) }
    packed.append(UInt8(back & 0xff))
  }
}
