// Frames that liblz4 made, whole and broken.

import TestSupport
import Testing

@testable import Storage

@Suite("Frames of LZ4")
struct LZ4FrameTests {
  private struct NoMemory: Error {}

  private func unpack(_ frame: [UInt8]) throws -> (bytes: [UInt8], isSound: Bool) {
    guard let unpacker = LZ4Decoder() else { throw NoMemory() }
    return unpack(frame, unpacker)
  }

  private func unpack(
    _ frame: [UInt8], _ unpacker: LZ4Decoder
  ) -> (bytes: [UInt8], isSound: Bool) {
    let collected = CollectedBytes()
    // SAFETY: `Span.bytes` is called unsafe because of padding, and UInt8 has none.
    let isSound = unpacker.unpack(unsafe frame.span.bytes) { collected.append($0) }
    return (collected.bytes, isSound)
  }

  @Test("a frame unpacks to what it was made of", arguments: [0, 1, 100, 65_536, 300_003])
  func roundTrip(count: Int) throws {
    var random = SeededRandom(seed: UInt64(count))
    for bound in [2, 256] as [UInt64] {
      let bytes = random.bytes(count, below: bound)
      let found = try unpack(lz4Frame(bytes))
      #expect(found.isSound && ByteString(found.bytes) == ByteString(bytes))
    }
  }

  @Test("one unpacker unpacks frame after frame, broken ones between them")
  func again() throws {
    guard let unpacker = LZ4Decoder() else { throw NoMemory() }
    for number in UInt8(0)..<20 {
      let bytes = [UInt8](repeating: number, count: 1000)
      let frame = lz4Frame(bytes)
      let broken = unpack(Array(frame.dropLast(9)), unpacker)
      let whole = unpack(frame, unpacker)
      #expect(!broken.isSound && whole.isSound && whole.bytes == bytes)
    }
  }

  @Test("a frame that was cut, or has something behind it, is not sound")
  func cut() throws {
    let frame = lz4Frame(Array("the same words again, the same words again".utf8))
    for count in 0..<frame.count { #expect(try !unpack(Array(frame.prefix(count))).isSound) }
    #expect(try !unpack(frame + [0]).isSound)
    #expect(try unpack(frame).isSound)
  }

  @Test("no broken bit does harm")
  func broken() throws {
    let frame = lz4Frame(Array(repeating: 7, count: 500) + Array(UInt8(0)...49))
    var refused = 0
    for place in frame.indices {
      for bit in 0..<8 {
        var other = frame
        other[place] ^= 1 << UInt8(bit)
        if try !unpack(other).isSound { refused += 1 }
      }
    }
    #expect(refused > 0)
  }
}
