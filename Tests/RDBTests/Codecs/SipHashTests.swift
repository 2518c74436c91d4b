import TestSupport
import Testing

@testable import RDB

@Suite("SipHash") struct SipHashTests {
  /// OpenSSL's answers for the bytes 0, 1, 2… with the key 00 01 … 0f.
  private static let known: [(count: Int, hash: String)] = [
    (0, "A3817F04BA25A8E66DF67214C7550293"), (8, "3B62A9BA6258F5610F83E264F31497B4"),
    (16, "6EE2A4CA67B054BBFD3315BF85230577"), (24, "2DB479AE78BD50D8882A8A178A6132AD"),
    (64, "1EAF077DC0D4CD3F8CAD4D383658A74B"),
  ]

  @Test("of whole words is what others make of the same bytes", arguments: known)
  func vectors(count: Int, hash: String) {
    var message = SipHash(DigestKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    for word in stride(from: 0, to: count, by: 8) {
      message.append((0..<8).reduce(UInt64(0)) { $0 | UInt64(word + $1) << UInt64(8 * $1) })
    }
    let made = message.finish()
    #expect((0..<16).map { UInt8(truncatingIfNeeded: made >> UInt128(8 * $0)) } == Array(hex: hash))
  }

  @Test("of bytes is that of their count and their words, the last filled with zeros")
  func bytes() {
    for count in 0...40 {
      let bytes = (0..<count).map { UInt8(200 - $0) }
      var whole = SipHash(DigestKey(1, 2))
      bytes.withRawSpan { whole.append($0) }
      var words = SipHash(DigestKey(1, 2))
      words.append(UInt64(count))
      for start in stride(from: 0, to: count, by: 8) {
        let part = bytes[start..<min(start + 8, count)]
        words.append(part.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      }
      #expect(whole.finish() == words.finish())
    }
  }
}
