import TestSupport
import Testing

@testable import RDB

@Suite("slot-info")
struct SlotInfoTests {
  private func parse(_ text: String) -> SlotInfo? {
    Array(text.utf8).withRawSpan { SlotInfo(parsing: $0) }
  }

  @Test("a text gives its slot and counts")
  func counts() throws {
    let info = try #require(parse("12182,3,1,2"))
    #expect(info.slot == 12182)
    #expect(info.counts == [3, 1, 2])
    #expect(info.keys == 3)
    #expect(info.text == "12182,3,1,2")
  }

  @Test("counts end at the first part that is not a number")
  func end() {
    #expect(parse("5,18446744073709551615,18446744073709551616,7")?.counts == [.max])
    #expect(parse("5,")?.counts == [])
    #expect(parse("5,-1,2")?.counts == [])
    #expect(parse("5,-1,2")?.keys == nil)
  }

  @Test("a text without a slot is no slot info", arguments: ["", "5", ",1", "16384,1,0", "x,1,0"])
  func noSlot(_ text: String) { #expect(parse(text) == nil) }

  @Test("only the AUX field slot-info is one, compressed or not")
  func field() {
    let name = Array("slot-info".utf8)
    let value = Array("16383,1,0".utf8)
    // LZF: literals only.
    let bytes = name + value + [UInt8(value.count - 1)] + value
    let named = StringObject.raw(ByteRange(offset: 0, count: 9))
    let raw = StringObject.raw(ByteRange(offset: 9, count: 9))
    let packed = StringObject.lzf(ByteRange(offset: 18, count: 10), count: 9)
    func parse(_ name: StringObject, _ value: StringObject) -> SlotInfo? {
      bytes.withRawSpan { SlotInfo(aux: name, value, in: $0) }
    }
    #expect(parse(named, raw)?.slot == 16383)
    #expect(parse(named, packed)?.keys == 1)
    #expect(parse(raw, raw) == nil)
    #expect(parse(named, .integer(5)) == nil)
  }
}
