import RDB
import TestSupport
import Testing

@Suite("Hash slots") struct HashSlotTests {
  private func slot(_ key: String) -> UInt16 {
    Array(key.utf8).withRawSpan { HashSlot.slot(of: $0) }
  }

  @Test("the sum of the nine digits is the one that CRC16 XMODEM is known by")
  func check() {
    #expect(slot("123456789") == 0x31c3)
    #expect(slot("") == 0)
  }

  @Test("a key's slot is the one that CLUSTER KEYSLOT answers")
  func known() {
    #expect(slot("foo") == 12_182)
    #expect(slot("bar") == 5061)
  }

  @Test("only the hash tag counts, if there is one and it is not empty")
  func tags() {
    #expect(slot("{foo}bar") == slot("foo"))
    #expect(slot("a{foo}{bar}") == slot("foo"))
    #expect(slot("foo{{bar}}zap") == slot("{bar"))
    #expect(slot("{}foo") != slot("foo"))
    #expect(slot("foo{}{bar}") != slot("bar"))
    #expect(slot("}foo{bar") != slot("bar"))
  }
}
