import RDB
import TestSupport
import Testing

private func crc64(_ bytes: [UInt8], after start: UInt64 = 0) -> UInt64 {
  bytes.withRawSpan { CRC64.update(start, $0) }
}

@Suite("CRC64")
struct CRC64Tests {
  @Test("the check value is that of the polynomial of Jones")
  func checkValue() {
    #expect(crc64(Array("123456789".utf8)) == 0xe9c6_d914_c4b8_d9ca)
    #expect(naiveCRC64(Array("123456789".utf8)) == 0xe9c6_d914_c4b8_d9ca)
  }

  @Test("no bytes change nothing", arguments: [0, 1, UInt64.max])
  func empty(_ start: UInt64) {
    #expect(crc64([], after: start) == start)
  }

  @Test("every length up to 600 gives what its naive twin gives")
  func lengths() {
    var random = SeededRandom(for: "CRC64 lengths")
    let bytes = random.bytes(600)
    var naive: UInt64 = 0
    for count in 0..<600 {
      #expect(crc64(Array(bytes[..<count])) == naive)
      naive = naiveCRC64([bytes[count]], after: naive)
    }
  }

  @Test("any part at any alignment gives what its naive twin gives")
  func alignments() {
    var random = SeededRandom(for: "CRC64 alignments")
    let bytes = random.bytes(5000)
    for _ in 0..<200 {
      let from = random.below(64)
      let end = from + random.below(bytes.count - 64)
      let start = random.next()
      let fast = bytes.withRawSpan { CRC64.update(start, $0.extracting(from..<end)) }
      #expect(fast == naiveCRC64(bytes[from..<end], after: start))
    }
  }

  @Test("a checksum goes on where another ended")
  func pieces() {
    var random = SeededRandom(for: "CRC64 pieces")
    let bytes = random.bytes(3000)
    let whole = crc64(bytes)
    for _ in 0..<50 {
      let cut = random.below(bytes.count)
      #expect(crc64(Array(bytes[cut...]), after: crc64(Array(bytes[..<cut]))) == whole)
    }
  }

  @Test("inputs of up to four bytes give what their naive twin gives")
  func shortInputs() {
    for byte in UInt8.min ... .max { #expect(crc64([byte]) == naiveCRC64([byte])) }
    let edges: [UInt8] = [0, 1, 0x7f, 0x80, 0xfe, 0xff]
    for a in edges {
      for b in edges {
        #expect(crc64([a, b]) == naiveCRC64([a, b]))
        for c in edges {
          #expect(crc64([a, b, c]) == naiveCRC64([a, b, c]))
          for d in edges { #expect(crc64([a, b, c, d]) == naiveCRC64([a, b, c, d])) }
        }
      }
    }
  }

  @Test("the checksums of two halves make that of the whole, wherever it is cut")
  func combining() {
    var random = SeededRandom(for: "combining")
    for _ in 0..<200 {
      let bytes = (0..<random.below(5000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let cut = random.below(bytes.count + 1)
      let first = crc64(Array(bytes[..<cut]))
      let second = crc64(Array(bytes[cut...]))
      #expect(CRC64.combine(first, second, count: bytes.count - cut) == crc64(bytes))
    }
  }
}
