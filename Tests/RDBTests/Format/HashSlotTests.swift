// The slot of a key: known answers, a twin that goes bit by bit, and the slots that servers told.

import RDB
import TestSupport
import Testing

@Suite("Hash slots")
struct HashSlotTests {
  private func slot(_ key: [UInt8]) -> UInt16 { key.withRawSpan { HashSlot(of: $0).rawValue } }

  /// CRC16 with the polynomial 0x1021, a bit at a time.
  private func naiveSlot(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt16 = 0
    for byte in bytes {
      for bit in (0..<8).reversed() {
        let carries = (sum >> 15 == 1) != (byte >> UInt8(bit) & 1 == 1)
        sum <<= 1
        if carries { sum ^= 0x1021 }
      }
    }
    return sum % 16384
  }

  @Test(
    "keys have the slots that the cluster specification gives them",
    arguments: [("123456789", 0x31c3), ("foo", 12182), ("bar", 5061), ("", 0)])
  func known(key: String, expected: Int) {
    #expect(slot(Array(key.utf8)) == UInt16(expected))
  }

  @Test(
    "only a hash tag with something inside counts for the whole key",
    arguments: [
      ("{user1000}.following", "user1000"), ("foo{bar}{zap}", "bar"), ("foo{{bar}}zap", "{bar"),
      ("foo{}{bar}", "foo{}{bar}"), ("foo{bar", "foo{bar"), ("foo}bar{", "foo}bar{"),
      ("}{a}", "a"), ("{}", "{}"),
    ])
  func tags(key: String, counts: String) {
    #expect(slot(Array(key.utf8)) == naiveSlot(Array(counts.utf8)))
  }

  @Test("any key without braces has the slot that its twin computes")
  func twin() {
    var random = SeededRandom(for: "hash slots")
    for _ in 0..<500 {
      let key = random.bytes(random.below(40)).map { $0 == 0x7b ? 0 : $0 }
      #expect(slot(key) == naiveSlot(key))
    }
  }

  @Test("a file of a cluster tells the slots that keys have")
  func clusters() throws {
    var compared = 0
    for fixture in Fixtures.all where fixture.name.hasSuffix("/cluster") {
      let bytes = try fixture.bytes()
      try bytes.withRawSpan { (span) throws in
        for record in ScannedFile(scanning: bytes).records {
          guard let told = record.slot else { continue }
          compared += 1
          #expect(slot(try record.keyBytes(in: span)) == told, "\(fixture)")
        }
      }
    }
    #expect(compared > 100)
  }
}
