// The prefixes of a key: `user:`, `user:*:` of `user:1842:cart`. A prefix ends with a separator. Parts that
// number things (digits, UUIDs, 16 and more hexadecimal digits) are all `*`.

import RDB

/// Finds the prefixes of keys.
struct PrefixPath {
  /// A prefix: its hash, and where its last part is in the key.
  struct Step: BitwiseCopyable {
    var hash: UInt64 = 0
    var start = 0
    var end = 0
    var isFolded = false
  }

  /// Bytes of a part at most; a longer one ends the path.
  static let longestPart = 128

  private let isSeparator: [Bool]
  private let depth: Int
  /// The prefixes of the last key, the shortest first.
  private(set) var steps: [Step]
  private(set) var count = 0

  init(separators: [UInt8], depth: Int) {
    isSeparator = (0...255).map { separators.contains(UInt8($0)) }
    self.depth = depth
    steps = [Step](repeating: Step(), count: depth)
  }

  /// Finds the prefixes of a key.
  mutating func find(in key: RawSpan) {
    count = 0
    var (start, hash) = (0, PrefixPath.seed)
    while count < depth, let part = part(of: key, from: start) {
      if part.isFolded {
        hash = PrefixPath.mixed(hash, 0xff2a)
        hash = PrefixPath.mixed(hash, UInt64(key.byte(part.end - 1)))
      } else {
        for index in start..<part.end {
          hash = PrefixPath.mixed(hash, UInt64(key.byte(index)))
        }
      }
      // 0 marks an empty place in the table.
      let stored = hash == 0 ? 1 : hash
      steps[count] = Step(hash: stored, start: start, end: part.end, isFolded: part.isFolded)
      count += 1
      start = part.end
    }
  }

  private static let seed: UInt64 = 0x9e37_79b9_7f4a_7c15

  @inline(__always)
  private static func mixed(_ hash: UInt64, _ byte: UInt64) -> UInt64 {
    let product = (hash ^ byte &* 0x100_0000_01b3 &+ 1)
      .multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
    return product.high ^ product.low
  }

  /// The part that begins at `start` and its separator; nil if no separator follows in reach.
  @inline(__always)
  private func part(of key: RawSpan, from start: Int) -> (end: Int, isFolded: Bool)? {
    let limit = min(key.byteCount, start + PrefixPath.longestPart)
    let uuidEnd = start + PrefixPath.uuidLength
    if uuidEnd < limit, key.byte(start + 8) == 0x2d,
      isSeparator[Int(key.byte(uuidEnd))], PrefixPath.isUUID(key, at: start)
    {
      return (uuidEnd + 1, true)
    }
    var (digits, hexadecimals, index) = (0, 0, start)
    while index < limit {
      let byte = key.byte(index)
      if isSeparator[Int(byte)] {
        let length = index - start
        let isNumber = length > 0 && digits == length
        return (index + 1, isNumber || length >= 16 && hexadecimals == length)
      }
      let isDigit = byte &- 0x30 < 10
      digits += isDigit ? 1 : 0
      hexadecimals += isDigit || (byte | 0x20) &- 0x61 < 6 ? 1 : 0
      index += 1
    }
    return nil
  }

  private static let uuidLength = 36

  private static func isUUID(_ key: RawSpan, at start: Int) -> Bool {
    for index in 0..<uuidLength {
      let byte = key.byte(start + index)
      let isDash = [8, 13, 18, 23].contains(index)
      guard isDash ? byte == 0x2d : byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 else {
        return false
      }
    }
    return true
  }
}
