import TestSupport
import Testing

@testable import RDB

private func string(_ bytes: [UInt8]) throws(RDBError) -> ReadResult<StringObject> {
  let found = try read(bytes) { (span, at) throws(RDBError) in try span.readString(&at) }
  let skipped = try read(bytes) { (span, at) throws(RDBError) in try span.skipString(&at) }
  #expect(found.end == skipped.end)
  return found
}

private func stringFailure(_ bytes: [UInt8]) -> RDBError? {
  let found = readFailure(bytes) { (span, at) throws(RDBError) in try span.readString(&at) }
  let skipped = readFailure(bytes) { (span, at) throws(RDBError) in try span.skipString(&at) }
  #expect(found.error == skipped.error)
  #expect(found.end == 0 && skipped.end == 0)
  return found.error
}

@Suite("string")
struct StringObjectTests {
  @Test("raw strings behind a length of every form are read", arguments: LengthForm.allCases)
  func raw(_ form: LengthForm) throws {
    var builder = RDBBuilder.bare
    builder.string(Array("hello".utf8), as: form)
    let result = try string(builder.bytes)
    #expect(result.value == .raw(ByteRange(offset: builder.count - 5, count: 5)))
    #expect(result.end == builder.count)
    #expect(result.value.count == 5)
  }

  @Test(
    "raw strings at the edges of each form are read",
    arguments: [
      0, 1, 63, 64, 16383, 16384, 100_000,
    ])
  func sizes(_ size: Int) throws {
    var builder = RDBBuilder.bare
    builder.string([UInt8](repeating: 0x61, count: size))
    let result = try string(builder.bytes)
    #expect(result.value == .raw(ByteRange(offset: builder.count - size, count: size)))
  }

  @Test(
    "numbers of every width are read",
    arguments: [
      ([0xc0, 0x00], 0), ([0xc0, 0x7f], 127), ([0xc0, 0x80], -128), ([0xc0, 0xff], -1),
      ([0xc1, 0x80, 0x00], 128), ([0xc1, 0xff, 0x7f], 32767), ([0xc1, 0x00, 0x80], -32768),
      ([0xc2, 0x00, 0x80, 0x00, 0x00], 32768), ([0xc2, 0xff, 0xff, 0xff, 0x7f], 2_147_483_647),
      ([0xc2, 0x00, 0x00, 0x00, 0x80], -2_147_483_648),
    ] as [([UInt8], Int64)])
  func integers(_ bytes: [UInt8], _ value: Int64) throws {
    let result = try string(bytes)
    #expect(result.value == .integer(value))
    #expect(result.end == bytes.count)
    #expect(result.value.count == String(value).utf8.count)
    let text = try bytes.withRawSpan { (span) throws(RDBError) in try spell(result.value, in: span)
    }
    #expect(String(decoding: text, as: UTF8.self) == String(value))
  }

  @Test("LZF data is read by place and unpacks to what went in")
  func lzf() throws {
    let value = Array(String(repeating: "abcabcabd", count: 20).utf8)
    var builder = RDBBuilder.bare
    builder.lzfString(value)
    let result = try string(builder.bytes)
    guard case .lzf(let place, let count) = result.value else {
      Issue.record("not LZF")
      return
    }
    #expect(place.end == builder.count && result.end == builder.count && count == value.count)
    let spelled = try builder.bytes.withRawSpan { (span) throws(RDBError) in
      try spell(result.value, in: span)
    }
    #expect(spelled == value)
  }

  @Test(
    "a string encoding that does not exist is refused", arguments: 0xc4...0xff as ClosedRange<UInt8>
  )
  func unknownEncoding(_ byte: UInt8) {
    #expect(
      stringFailure([byte, 0, 0, 0, 0])
        == RDBError(.badString, at: 0, number: UInt64(byte & 0x3f)))
  }

  @Test(
    "a length byte that does not exist is refused", arguments: 0x82...0xbf as ClosedRange<UInt8>)
  func badLength(_ byte: UInt8) {
    #expect(
      stringFailure([byte, 0, 0, 0, 0]) == RDBError(.badLength, at: 0, number: UInt64(byte)))
  }

  @Test("a claim that no LZF data can meet is refused before anything is unpacked")
  func bomb() throws {
    var builder = RDBBuilder.bare
    builder.lzfString(packed: [0, 0x61, 0x20, 0], count: 4 * 88)
    #expect(try string(builder.bytes).value.count == 352)
    builder = RDBBuilder.bare
    builder.lzfString(packed: [0, 0x61, 0x20, 0], count: 4 * 88 + 1)
    #expect(stringFailure(builder.bytes) == RDBError(.badLZF, at: 0, number: 353))
  }

  @Test(
    "a string that is cut is truncated",
    arguments: [
      [], [0x01], [0x05, 0x61, 0x62], [0x40], [0x40, 0x02, 0x61], [0xc0], [0xc1, 0],
      [0xc2, 0, 0, 0],
      [0xc3], [0xc3, 4], [0xc3, 4, 10], [0xc3, 4, 10, 0, 0x61, 0x20],
    ] as [[UInt8]])
  func cut(_ bytes: [UInt8]) {
    #expect(stringFailure(bytes)?.reason == .truncated)
  }

  @Test("a string seen from the file stands further in")
  func moved() {
    let place = ByteRange(offset: 3, count: 4)
    let further = ByteRange(offset: 13, count: 4)
    #expect(StringObject.raw(place).moved(by: 10) == .raw(further))
    #expect(StringObject.lzf(place, count: 9).moved(by: 10) == .lzf(further, count: 9))
    #expect(StringObject.integer(5).moved(by: 10) == .integer(5))
  }
}
