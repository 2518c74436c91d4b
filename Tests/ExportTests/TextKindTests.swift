import TestSupport
import Testing

@testable import Export
@testable import RDB

@Suite("TextKind")
struct TextKindTests {
  /// The kind, asked where the bytes stand among others.
  private func kind(_ bytes: [UInt8]) -> TextKind {
    let around: [UInt8] = [0xff, 0x80]
    return (around + bytes + around).withRawSpan {
      TextKind(ByteRange(offset: 2, count: bytes.count), of: $0)
    }
  }

  /// The kind, byte by byte.
  private func naive(_ bytes: [UInt8]) -> TextKind {
    let special = Array("\",\\".utf8)
    if bytes.allSatisfy({ (0x20...0x7e).contains($0) && !special.contains($0) }) { return .plain }
    return String(validating: bytes, as: UTF8.self) == nil ? .binary : .utf8
  }

  @Test("every byte alone and at every place of a word is what it is")
  func singleBytes() {
    for byte in UInt8.min ... .max {
      for count in 1...17 {
        for place in 0..<count {
          var bytes = [UInt8](repeating: 0x61, count: count)
          bytes[place] = byte
          #expect(kind(bytes) == naive(bytes), "\(bytes)")
        }
      }
    }
  }

  @Test("every pair of bytes is what the standard library says")
  func pairs() {
    for first in UInt8.min ... .max {
      for second in UInt8.min ... .max where kind([first, second]) != naive([first, second]) {
        Issue.record("\(first) \(second)")
      }
    }
  }

  @Test("random bytes, most of them near the edges of UTF-8, are what the standard library says")
  func randomBytes() {
    var random = SeededRandom(for: "UTF-8")
    let edges: [UInt8] = [
      0x00, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
      0xe0,
      0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff, 0x22, 0x2c, 0x5c, 0x41,
    ]
    for _ in 0..<200_000 {
      let count = random.below(6)
      let bytes = (0..<count).map { _ in edges[random.below(edges.count)] }
      if kind(bytes) != naive(bytes) { Issue.record("\(bytes)") }
    }
  }

  @Test("every Unicode scalar is one of its own length")
  func scalars() {
    for value in stride(from: UInt32(0), through: 0x10ffff, by: 7) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(Character(scalar)).utf8)
      let count = bytes.withRawSpan { TextKind.utf8Count(at: 0, before: bytes.count, of: $0) }
      if count != bytes.count { Issue.record("\(scalar) has \(count)") }
    }
  }
}
