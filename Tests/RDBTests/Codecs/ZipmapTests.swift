import TestSupport
import Testing

@testable import RDB

@Suite("zipmap")
struct ZipmapTests {
  @Test("fields and values come in turn")
  func pairs() throws {
    var builder = ZipmapBuilder()
    builder.pair(Array("f".utf8), Array("v".utf8))
    builder.pair([], [])
    #expect(try texts(of: Zipmap.self, builder.bytes()) == ["f", "v", "", ""])
  }

  @Test("unused bytes behind a value are stepped over", arguments: [1, 4, 255] as [UInt8])
  func free(_ free: UInt8) throws {
    var builder = ZipmapBuilder()
    builder.pair(Array("f".utf8), Array("v".utf8), free: free)
    builder.pair(Array("g".utf8), Array("w".utf8))
    #expect(try texts(of: Zipmap.self, builder.bytes()) == ["f", "v", "g", "w"])
  }

  @Test("lengths of one and of five bytes are read", arguments: [252, 253, 254, 255, 70_000])
  func lengths(_ size: Int) throws {
    let long = [UInt8](repeating: 0x61, count: size)
    var builder = ZipmapBuilder()
    builder.pair(long, Array("v".utf8))
    builder.pair(Array("f".utf8), long)
    #expect(
      try entries(of: Zipmap.self, builder.bytes())
        == [long, Array("v".utf8), Array("f".utf8), long])
  }

  @Test("a count of 254 and up says that only walking tells", arguments: [254, 255] as [UInt8])
  func unknownCount(_ claim: UInt8) throws {
    var builder = ZipmapBuilder()
    builder.pair(Array("f".utf8), Array("v".utf8))
    let blob = builder.bytes(count: claim)
    #expect(try texts(of: Zipmap.self, blob, checked: claim == 254) == ["f", "v"])
    let told = try counts(of: Zipmap.self, blob)
    #expect(told.opened == nil && told.head == nil)
  }

  @Test("the head tells the count that opening tells", arguments: [0, 1, 253])
  func headCounts(_ count: Int) throws {
    var builder = ZipmapBuilder()
    for number in 0..<count { builder.pair([UInt8(number)], []) }
    let told = try counts(of: Zipmap.self, builder.bytes())
    #expect(told.opened == count * 2 && told.head == count * 2)
  }

  @Test("a count that is not the number of fields is corrupt", arguments: [1, 3] as [UInt8])
  func wrongCount(_ claim: UInt8) {
    var builder = ZipmapBuilder()
    builder.pair([0x66], [0x76])
    builder.pair([0x67], [0x77])
    let place = claim == 1 ? 6 : 11
    #expect(
      packedFailure(of: Zipmap.self, builder.bytes(count: claim))
        == RDBError(.badZipmap, at: place))
  }

  @Test("a field without a value is corrupt")
  func oddEntries() {
    #expect(
      packedFailure(of: Zipmap.self, [1, 1, 0x66, 0xff]) == RDBError(.badZipmap, at: 3))
  }

  @Test("a length that reaches into the end is corrupt")
  func tooLong() {
    #expect(
      packedFailure(of: Zipmap.self, [1, 2, 0x66, 0xff])
        == RDBError(.badZipmap, at: 2, number: 2))
  }

  @Test("a value whose length is FF is corrupt")
  func lengthFF() {
    #expect(
      packedFailure(of: Zipmap.self, [1, 1, 0x66, 0xff, 0, 0xff])
        == RDBError(.badZipmap, at: 3))
  }

  @Test("unused bytes that reach into the end are corrupt")
  func freeTooLong() {
    #expect(
      packedFailure(of: Zipmap.self, [1, 1, 0x66, 1, 9, 0x76, 0xff])
        == RDBError(.badZipmap, at: 5, number: 1))
  }

  @Test(
    "a zipmap shorter than a count and an end is corrupt",
    arguments: [[], [0xff], [0]] as [[UInt8]])
  func tooShort(_ blob: [UInt8]) {
    #expect(packedFailure(of: Zipmap.self, blob) == RDBError(.badZipmap, at: 0))
  }
}
