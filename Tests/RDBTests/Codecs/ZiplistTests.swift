import TestSupport
import Testing

@testable import RDB

@Suite("ziplist")
struct ZiplistTests {
  @Test(
    "numbers of every width are read",
    arguments: [
      0, 1, 12, 13, -1, 127, -128, 128, -129, 32767, -32768, 32768, -32769, 8_388_607, -8_388_608,
      8_388_608, -8_388_609, 2_147_483_647, -2_147_483_648, 2_147_483_648, -2_147_483_649,
      Int64.max, Int64.min,
    ])
  func numbers(_ number: Int64) throws {
    var builder = ZiplistBuilder()
    builder.integer(number)
    #expect(try texts(of: Ziplist.self, builder.bytes()) == [String(number)])
  }

  @Test(
    "a 24-bit number keeps its sign",
    arguments: [
      ([0xff, 0xff, 0xff], "-1"), ([0x00, 0x00, 0x80], "-8388608"),
      ([0xff, 0xff, 0x7f], "8388607"),
      ([0x01, 0x02, 0x03], "197121"),
    ] as [([UInt8], String)])
  func int24(_ bytes: [UInt8], _ text: String) throws {
    var builder = ZiplistBuilder()
    builder.entry([0xf0] + bytes)
    #expect(try texts(of: Ziplist.self, builder.bytes()) == [text])
  }

  @Test(
    "strings at the edges of each length form are read",
    arguments: [
      0, 1, 63, 64, 16383, 16384, 65536,
    ])
  func strings(_ size: Int) throws {
    let value = [UInt8](repeating: 0x61, count: size)
    var builder = ZiplistBuilder()
    builder.string(value)
    builder.string("end")
    #expect(try entries(of: Ziplist.self, builder.bytes()) == [value, Array("end".utf8)])
  }

  @Test("a short string may have a 32-bit length")
  func longForm() throws {
    var builder = ZiplistBuilder()
    builder.longString(Array("abc".utf8))
    #expect(try texts(of: Ziplist.self, builder.bytes()) == ["abc"])
  }

  // Entries of so many bytes: the link of the next one takes one byte up to 253, five from 254.
  @Test("links of one and of five bytes are read", arguments: [252, 253, 254, 255, 300])
  func links(_ size: Int) throws {
    var builder = ZiplistBuilder()
    let value = [UInt8](repeating: 0x62, count: size - 3)
    builder.entry([0x40 | UInt8(value.count >> 8), UInt8(value.count & 255)] + value)
    builder.integer(7)
    #expect(try entries(of: Ziplist.self, builder.bytes()) == [value, [0x37]])
  }

  // Servers leave a link long after the entry before it has shrunk.
  @Test("a link may be longer than it needs to be")
  func longLink() throws {
    var builder = ZiplistBuilder()
    builder.string("a")
    builder.entry([0x01, 0x62], longLink: true)
    #expect(try texts(of: Ziplist.self, builder.bytes()) == ["a", "b"])
  }

  @Test("a ziplist without entries ends at once")
  func empty() throws {
    #expect(try entries(of: Ziplist.self, ZiplistBuilder().bytes()) == [])
  }

  @Test("a count of 65535 says that only walking tells")
  func unknownCount() throws {
    var builder = ZiplistBuilder()
    builder.string("a")
    builder.integer(1)
    let blob = builder.bytes(count: 65535)
    #expect(try texts(of: Ziplist.self, blob) == ["a", "1"])
    let told = try counts(of: Ziplist.self, blob)
    #expect(told.opened == nil && told.head == nil)
  }

  @Test("the head tells the count that opening tells", arguments: [0, 1, 255, 256, 65534])
  func headCounts(_ count: Int) throws {
    var builder = ZiplistBuilder()
    for _ in 0..<count { builder.integer(1) }
    let told = try counts(of: Ziplist.self, builder.bytes())
    #expect(told.opened == count && told.head == count)
  }

  @Test("a count that is not the number of entries is corrupt", arguments: [1, 3] as [UInt16])
  func wrongCount(_ claim: UInt16) {
    var builder = ZiplistBuilder()
    builder.string("a")
    builder.string("b")
    let place = claim == 1 ? 13 : 16
    #expect(
      packedFailure(of: Ziplist.self, builder.bytes(count: claim))
        == RDBError(.badZiplist, at: place))
  }

  @Test("a total that is not the size is corrupt", arguments: [0, 13, 15, 0xffff_ffff] as [UInt32])
  func wrongTotal(_ total: UInt32) {
    var builder = ZiplistBuilder()
    builder.string("a")
    #expect(
      packedFailure(of: Ziplist.self, builder.bytes(total: total))
        == RDBError(.badZiplist, at: 0, number: UInt64(total)))
  }

  @Test("a ziplist shorter than its header is corrupt", arguments: 0..<11)
  func tooShort(_ size: Int) {
    let blob = Array(ZiplistBuilder().bytes().prefix(size))
    #expect(packedFailure(of: Ziplist.self, blob) == RDBError(.badZiplist, at: 0))
  }

  @Test("an end before the last byte is corrupt")
  func earlyEnd() {
    let blob: [UInt8] = [13, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0xff, 0, 0xff]
    #expect(packedFailure(of: Ziplist.self, blob) == RDBError(.badZiplist, at: 10))
  }

  @Test(
    "an encoding that does not exist is corrupt",
    arguments: [
      0x81, 0xbf, 0xc1, 0xcf, 0xd1, 0xe1, 0xef, 0xff,
    ] as [UInt8])
  func unknownEncoding(_ byte: UInt8) {
    var builder = ZiplistBuilder()
    builder.entry([byte, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(
      packedFailure(of: Ziplist.self, builder.bytes())
        == RDBError(.badZiplist, at: 11, number: UInt64(byte)))
  }

  @Test("a string that reaches into the end is corrupt")
  func stringTooLong() {
    let blob: [UInt8] = [14, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0x02, 0x61, 0xff]
    #expect(
      packedFailure(of: Ziplist.self, blob) == RDBError(.badZiplist, at: 12, number: 2))
  }

  @Test("a number that reaches into the end is corrupt")
  func numberTooLong() {
    let blob: [UInt8] = [14, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0xc0, 0x61, 0xff]
    #expect(packedFailure(of: Ziplist.self, blob) == RDBError(.badZiplist, at: 10))
  }

  @Test("a wrong link is noticed only when links are checked")
  func wrongLink() throws {
    var builder = ZiplistBuilder()
    builder.string("a")
    builder.string("b")
    var blob = builder.bytes()
    blob[13] = 9
    #expect(
      packedFailure(of: Ziplist.self, blob) == RDBError(.badZiplist, at: 13, number: 9))
    #expect(try texts(of: Ziplist.self, blob, checked: false) == ["a", "b"])
  }

  @Test("a wrong tail is noticed only when links are checked")
  func wrongTail() throws {
    var builder = ZiplistBuilder()
    builder.string("a")
    builder.string("b")
    let blob = builder.bytes(tail: 10)
    #expect(
      packedFailure(of: Ziplist.self, blob) == RDBError(.badZiplist, at: 4, number: 10))
    #expect(try texts(of: Ziplist.self, blob, checked: false) == ["a", "b"])
  }
}
