// SipHash-2-4 with 128 bits of output, over words. Without the key, hashes cannot be predicted and
// collisions cannot be constructed, so no file can be made to confuse a comparison.
//
//   message   words of eight bytes; bytes come as their count, then whole words, the last one filled
//             up with zeros. So no two sequences of numbers and texts are the same message.

/// The secret that digests are made with.
package struct DigestKey: Hashable, BitwiseCopyable, Sendable {
  let low: UInt64
  let high: UInt64

  /// Makes a key of 128 bits.
  package init(_ low: UInt64, _ high: UInt64) {
    self.low = low
    self.high = high
  }
}

/// A message on its way to its hash.
///
/// A copy goes on from where it was made.
struct SipHash: BitwiseCopyable {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private var words: UInt64 = 0

  init(_ key: DigestKey) {
    v0 = key.low ^ 0x736f_6d65_7073_6575
    v1 = key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee
    v2 = key.low ^ 0x6c79_6765_6e65_7261
    v3 = key.high ^ 0x7465_6462_7974_6573
  }

  @inline(__always)
  mutating func append(_ word: UInt64) {
    words &+= 1
    compress(word)
  }

  /// Appends the count of bytes, and the bytes.
  @inline(__always)
  mutating func append(_ bytes: RawSpan) {
    let count = bytes.byteCount
    append(UInt64(truncatingIfNeeded: count))
    var at = 0
    while at &+ 8 <= count {
      append(UInt64(bitPattern: bytes.littleEndian64(at: at)))
      at &+= 8
    }
    if at < count { append(bytes.tail(from: at)) }
  }

  /// The hash of what was appended.
  @inline(__always)
  func finish() -> UInt128 {
    var state = self
    // The last word of a message of bytes: its length, and the bytes of no whole word, of which
    // there are none here.
    state.compress(words << 59)
    state.v2 ^= 0xee
    for _ in 0..<4 { state.round() }
    let low = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    state.v1 ^= 0xdd
    for _ in 0..<4 { state.round() }
    let high = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    return UInt128(high) << 64 | UInt128(low)
  }

  @inline(__always)
  private mutating func compress(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always)
  private mutating func round() {
    // Sums wrap: they are what a hash is made of.
    v0 = v0 &+ v1
    v1 = v1 << 13 | v1 >> 51
    v1 ^= v0
    v0 = v0 << 32 | v0 >> 32
    v2 = v2 &+ v3
    v3 = v3 << 16 | v3 >> 48
    v3 ^= v2
    v0 = v0 &+ v3
    v3 = v3 << 21 | v3 >> 43
    v3 ^= v0
    v2 = v2 &+ v1
    v1 = v1 << 17 | v1 >> 47
    v1 ^= v2
    v2 = v2 << 32 | v2 >> 32
  }
}

extension RawSpan {
  /// The fewer than eight bytes from an offset to the end, lowest first, as a word.
  @inline(__always)
  fileprivate func tail(from start: Int) -> UInt64 {
    if byteCount >= 8 {
      let last = UInt64(bitPattern: littleEndian64(at: byteCount &- 8))
      return last >> UInt64(8 &* (8 &- (byteCount &- start)))
    }
    return UInt64(truncatingIfNeeded: head(at: start, count: byteCount &- start))
  }
}
