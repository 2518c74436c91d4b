// Text of any length as JSON, CSV and Base64, read back with decoders that know the formats and not the
// writer. Everything is written from the middle of other bytes, which must not be looked at.

import Foundation
import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("Long text")
struct LongTextTests {
  /// What is written of bytes that stand between others.
  private func written(
    _ bytes: [UInt8], _ write: (inout OutputBuffer, ByteRange, RawSpan) -> Void
  ) -> [UInt8] {
    let around: [UInt8] = [0x22, 0x5c, 0x0a]
    return (around + bytes + around).withRawSpan { whole in
      var output = OutputBuffer()
      write(&output, ByteRange(offset: around.count, count: bytes.count), whole)
      return output.withBytes { [UInt8](copying: $0) }
    }
  }

  /// Lengths around the ends of words and of blocks.
  private static let lengths = Array(0...40) + [4094, 4095, 4096, 4097, 4103, 8192, 9001]

  @Test("Base64 of every length decodes to the bytes", arguments: lengths)
  func base64(_ length: Int) throws {
    var random = SeededRandom(for: "base64")
    let bytes = random.bytes(length)
    let text = written(bytes) { $0.append(base64: $1, of: $2) }
    #expect(try Array(#require(Data(base64Encoded: Data(text)))) == bytes)
  }

  @Test("a JSON string of every length reads back, whatever is escaped in it", arguments: lengths)
  func json(_ length: Int) throws {
    var random = SeededRandom(for: "json")
    for share in [2, 9, 60] {
      // Of every so many characters one is any of ASCII, so that escapes are dense in one and rare in
      // another; the rest are letters of one to four bytes.
      let letters = ["a", "é", "日", "😀"]
      var text = ""
      while text.utf8.count < length {
        let scalar = Unicode.Scalar(UInt8(random.below(128)))
        text += random.below(share) == 0 ? String(scalar) : letters[random.below(4)]
      }
      let json = written(Array(text.utf8)) { $0.append(json: $1, of: $2) }
      let read = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
      #expect(read as? String == text)
      #expect(!json.contains { $0 < 0x20 || $0 == 0x7f })
    }
  }

  @Test("a field of CSV is quoted where it must be, and its quotes are doubled", arguments: lengths)
  func csv(_ length: Int) {
    var random = SeededRandom(for: "csv")
    let bytes = (0..<length).map { _ in random.below(5) == 0 ? UInt8(0x22) : 0x61 }
    let text = String(decoding: written(bytes) { $0.append(csv: $1, of: $2) }, as: UTF8.self)
    let plain = String(decoding: bytes, as: UTF8.self)
    let quoted = "\"" + plain.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    #expect(text == (plain.contains("\"") ? quoted : plain))
  }
}
