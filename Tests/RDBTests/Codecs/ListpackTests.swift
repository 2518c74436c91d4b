import TestSupport
import Testing

@testable import RDB

@Suite("listpack")
struct ListpackTests {
  @Test(
    "numbers of every width are read",
    arguments: [
      0, 1, 127, 128, 4095, -1, -4096, 4096, -4097, 32767, -32768, 32768, -32769, 8_388_607,
      -8_388_608, 8_388_608, -8_388_609, 2_147_483_647, -2_147_483_648, 2_147_483_648,
      -2_147_483_649, Int64.max, Int64.min,
    ])
  func numbers(_ number: Int64) throws {
    var builder = ListpackBuilder()
    builder.integer(number)
    #expect(try texts(of: Listpack.self, builder.bytes()) == [String(number)])
  }

  @Test(
    "a number may be wider than it needs to be",
    arguments: [
      [0xc0, 0x05], [0xf1, 5, 0], [0xf2, 5, 0, 0], [0xf3, 5, 0, 0, 0],
      [0xf4, 5, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func wideNumbers(_ encoded: [UInt8]) throws {
    var builder = ListpackBuilder()
    builder.entry(encoded)
    #expect(try texts(of: Listpack.self, builder.bytes()) == ["5"])
  }

  @Test(
    "strings at the edges of each length form are read",
    arguments: [
      0, 1, 63, 64, 4095, 4096, 65536,
    ])
  func strings(_ size: Int) throws {
    let value = [UInt8](repeating: 0x61, count: size)
    var builder = ListpackBuilder()
    builder.string(value)
    builder.string("end")
    #expect(try entries(of: Listpack.self, builder.bytes()) == [value, Array("end".utf8)])
  }

  // Entries whose encoding and data are so long: each side of each change of the back length.
  @Test(
    "a back length is as wide as servers write it",
    arguments: [
      126, 127, 128, 129, 16381, 16382, 16383, 16384, 16385, 2_097_149, 2_097_150, 2_097_151,
      2_097_152, 2_097_153,
    ])
  func backLengths(_ size: Int) throws {
    let header = size - 2 < 4096 ? 2 : 5
    let value = [UInt8](repeating: 0x62, count: size - header)
    var builder = ListpackBuilder()
    builder.string(value)
    builder.string("next")
    let found = try entries(of: Listpack.self, builder.bytes())
    #expect(found.map(ByteString.init) == [value, Array("next".utf8)].map(ByteString.init))
  }

  // The first byte of a back length tells how many follow, counted in servers' sources: the widths
  // grow at 128, 16383, 2097151 and 268435455.
  @Test("an entry of 16383 bytes has a back length of three bytes")
  func backLengthOf16383() throws {
    var blob: [UInt8] = [0, 0, 0, 0, 2, 0, 0xf0]
    blob.append(littleEndian: UInt32(16378))
    blob += [UInt8](repeating: 0x63, count: 16378) + [0x00, 0xff, 0xff]
    blob += [0x07, 0x01, 0xff]
    let total = UInt32(blob.count)
    blob.replaceSubrange(0..<4, with: (0..<4).map { UInt8(truncatingIfNeeded: total >> ($0 * 8)) })
    let found = try entries(of: Listpack.self, blob)
    #expect(found.map(\.count) == [16378, 1])
    #expect(found.last == [0x37])
  }

  @Test("all entry kinds stand side by side")
  func mixture() throws {
    var builder = ListpackBuilder()
    builder.string("a")
    builder.integer(-1)
    builder.longString(Array("short in a long form".utf8))
    builder.integer(1 << 40)
    builder.string([])
    #expect(
      try texts(of: Listpack.self, builder.bytes())
        == ["a", "-1", "short in a long form", "1099511627776", ""])
  }

  @Test("a listpack without entries ends at once")
  func empty() throws {
    #expect(try entries(of: Listpack.self, [7, 0, 0, 0, 0, 0, 0xff]) == [])
  }

  @Test("a count of 65535 says that only walking tells")
  func unknownCount() throws {
    var builder = ListpackBuilder()
    builder.string("a")
    builder.string("b")
    let blob = builder.bytes(count: 65535)
    #expect(try texts(of: Listpack.self, blob) == ["a", "b"])
    let told = try counts(of: Listpack.self, blob)
    #expect(told.opened == nil && told.head == nil)
  }

  @Test("more than 65535 entries are all read")
  func manyEntries() throws {
    var builder = ListpackBuilder()
    for number in 0..<70_000 { builder.integer(Int64(number)) }
    let found = try entries(of: Listpack.self, builder.bytes())
    #expect(found.count == 70_000)
    #expect(found.last == Array("69999".utf8))
  }

  @Test("the head tells the count that opening tells", arguments: [0, 1, 2, 255, 256, 65534])
  func headCounts(_ count: Int) throws {
    var builder = ListpackBuilder()
    for _ in 0..<count { builder.integer(1) }
    let told = try counts(of: Listpack.self, builder.bytes())
    #expect(told.opened == count && told.head == count)
  }

  @Test("a count that is not the number of entries is corrupt", arguments: [1, 3] as [UInt16])
  func wrongCount(_ claim: UInt16) {
    var builder = ListpackBuilder()
    builder.string("a")
    builder.string("b")
    let blob = builder.bytes(count: claim)
    // Too few are noticed at the entry too many, too many at the end.
    let place = claim == 1 ? 9 : 12
    #expect(packedFailure(of: Listpack.self, blob) == RDBError(.badListpack, at: place))
  }

  @Test(
    "a total that is not the size is corrupt", arguments: [0, 6, 9, 11, 0xffff_ffff] as [UInt32])
  func wrongTotal(_ total: UInt32) {
    var builder = ListpackBuilder()
    builder.string("a")
    let blob = builder.bytes(total: total)
    #expect(
      packedFailure(of: Listpack.self, blob)
        == RDBError(.badListpack, at: 0, number: UInt64(total)))
  }

  @Test("a listpack shorter than its header is corrupt", arguments: 0..<7)
  func tooShort(_ size: Int) {
    let blob = Array([UInt8(size), 0, 0, 0, 0, 0, 0xff].prefix(size))
    #expect(packedFailure(of: Listpack.self, blob) == RDBError(.badListpack, at: 0))
  }

  @Test("a listpack that does not end in FF is corrupt")
  func noEnd() {
    let blob: [UInt8] = [8, 0, 0, 0, 0, 0, 0xff, 0]
    #expect(
      packedFailure(of: Listpack.self, blob) == RDBError(.badListpack, at: 0, number: 8))
  }

  @Test("an end before the last byte is corrupt")
  func earlyEnd() {
    let blob: [UInt8] = [9, 0, 0, 0, 0, 0, 0xff, 0, 0xff]
    #expect(packedFailure(of: Listpack.self, blob) == RDBError(.badListpack, at: 6))
  }

  @Test("an encoding that does not exist is corrupt", arguments: 0xf5...0xfe as ClosedRange<UInt8>)
  func unknownEncoding(_ byte: UInt8) {
    var builder = ListpackBuilder()
    builder.entry([byte])
    #expect(
      packedFailure(of: Listpack.self, builder.bytes())
        == RDBError(.badListpack, at: 6, number: UInt64(byte)))
  }

  @Test("a string that reaches into the end is corrupt")
  func stringTooLong() {
    // Six bytes are left behind the length: five of them would leave none for the back length.
    let blob: [UInt8] = [10, 0, 0, 0, 1, 0, 0x83, 0x61, 0x02, 0xff]
    #expect(
      packedFailure(of: Listpack.self, blob) == RDBError(.badListpack, at: 7, number: 3))
  }

  @Test("a string of 4 GiB in a few bytes is corrupt")
  func stringFarTooLong() {
    let blob: [UInt8] = [13, 0, 0, 0, 1, 0, 0xf0, 0xff, 0xff, 0xff, 0xff, 0x05, 0xff]
    #expect(
      packedFailure(of: Listpack.self, blob)
        == RDBError(.badListpack, at: 11, number: 0xffff_ffff))
  }

  @Test("a back length that does not fit is noticed only when links are checked")
  func wrongBackLength() throws {
    let blob: [UInt8] = [10, 0, 0, 0, 1, 0, 0x81, 0x61, 0x03, 0xff]
    #expect(
      packedFailure(of: Listpack.self, blob) == RDBError(.badListpack, at: 8, number: 3))
    #expect(try texts(of: Listpack.self, blob, checked: false) == ["a"])
  }

  @Test("a back length whose first byte says that more came before is corrupt")
  func wrongBackLengthBit() {
    let blob: [UInt8] = [10, 0, 0, 0, 1, 0, 0x81, 0x61, 0x82, 0xff]
    #expect(packedFailure(of: Listpack.self, blob) == RDBError(.badListpack, at: 8))
  }
}
