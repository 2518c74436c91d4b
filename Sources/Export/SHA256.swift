// SHA-256 (FIPS 180-4), for the manifests of exports: what stands in a file is what was written.
//
//   message, 80, zeros up to 56 modulo 64, bits of the message (big-endian, 64 bits)
//
// Blocks of 64 bytes are mixed into eight words, 64 rounds each.

import RDB

/// The SHA-256 of bytes that come in pieces.
public struct SHA256: Sendable {
  private var state: SIMD8<UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// Bytes of a block that is not whole yet.
  private var rest: [UInt8] = []
  private var count: UInt64 = 0
  private var words = [UInt32](repeating: 0, count: 64)

  /// Begins with no bytes.
  public init() {}

  /// Takes in the bytes that come next.
  public mutating func update(_ bytes: RawSpan) {
    count &+= UInt64(bytes.byteCount)
    var at = 0
    if !rest.isEmpty {
      at = min(64 - rest.count, bytes.byteCount)
      rest += [UInt8](copying: bytes.extracting(0..<at))
      guard rest.count == 64 else { return }
      let block = rest
      rest.removeAll(keepingCapacity: true)
      block.withRawSpan { SHA256.mix($0, 0, &state, &words) }
    }
    while bytes.byteCount - at >= 64 {
      SHA256.mix(bytes, at, &state, &words)
      at += 64
    }
    rest += [UInt8](copying: bytes.extracting(at..<bytes.byteCount))
  }

  /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
  public func digest() -> String {
    var copy = self
    var end: [UInt8] = [0x80]
    end += [UInt8](repeating: 0, count: (119 - rest.count) % 64)
    let bits = count &* 8
    for index in (0..<8).reversed() {
      end.append(UInt8(truncatingIfNeeded: bits >> UInt64(index * 8)))
    }
    end.withRawSpan { copy.update($0) }
    return (0..<8).map { index in
      let digits = String(copy.state[index], radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func mix(
    _ bytes: RawSpan, _ block: Int, _ state: inout SIMD8<UInt32>, _ room: inout [UInt32]
  ) {
    var words = room.mutableSpan
    for index in 0..<8 {
      let pair = bytes.word(at: block &+ index &* 8).bigEndian
      words[index &* 2] = UInt32(truncatingIfNeeded: pair >> 32)
      words[index &* 2 &+ 1] = UInt32(truncatingIfNeeded: pair)
    }
    for index in 16..<64 {
      let early = words[index &- 15]
      let late = words[index &- 2]
      let first = turn(early, 7) ^ turn(early, 18) ^ early &>> 3
      let second = turn(late, 17) ^ turn(late, 19) ^ late &>> 10
      words[index] = words[index &- 16] &+ first &+ words[index &- 7] &+ second
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = (e & f) ^ (~e & g)
      let sigma = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
      let first = h &+ sigma &+ choice &+ SHA256.constants[index] &+ words[index]
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ majority
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    state &+= [a, b, c, d, e, f, g, h]
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

@inline(__always)
private func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 {
  word &>> bits | word &<< (32 &- bits)
}
