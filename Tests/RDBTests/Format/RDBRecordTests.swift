import TestSupport
import Testing

@testable import RDB

@Suite("record")
struct RDBRecordTests {
  private func only(_ builder: RDBBuilder) throws -> (RDBRecord, [UInt8]) {
    let bytes = builder.ended()
    let file = ScannedFile(scanning: bytes)
    #expect(file.error == nil)
    #expect(file.records.count == 1)
    return (try #require(file.records.first), bytes)
  }

  @Test("a record's places are where its bytes stand")
  func places() throws {
    var builder = RDBBuilder()
    builder.selectDB(3)
    let start = builder.count
    builder.expireMS(1000)
    let type = builder.count
    builder.key(1, "list")
    let value = builder.count
    builder.raw([2, 1, 0x61, 1, 0x62])
    let end = builder.count
    let (record, _) = try only(builder)
    #expect(record.start == start && record.offset == type && record.end == end)
    #expect(record.value == ByteRange(offset: value, count: end - value))
    #expect(record.valueOffset == value && record.attributeCount == UInt32(type - start))
    #expect(record.rawKey == ByteRange(offset: type + 2, count: 4))
    #expect(record.elements == 2 && record.database == 3)
    #expect(record.expiry == UnixMilliseconds(1000))
  }

  @Test("a key may have a length of any form", arguments: LengthForm.allCases)
  func keyForms(_ form: LengthForm) throws {
    var builder = RDBBuilder()
    builder.byte(0)
    builder.string(Array("key".utf8), as: form)
    let place = builder.count - 3
    builder.string("v")
    let (record, bytes) = try only(builder)
    #expect(record.rawKey == ByteRange(offset: place, count: 3))
    #expect(record.start == 9)
    let key = try bytes.withRawSpan { (span) throws(RDBError) in try record.keyBytes(in: span) }
    #expect(key == Array("key".utf8))
  }

  @Test(
    "a key stored as a number is spelled out",
    arguments: [
      0, -1, 127, -128, 128, 32768, -2_147_483_648,
    ] as [Int32])
  func integerKey(_ number: Int32) throws {
    var builder = RDBBuilder()
    builder.byte(0)
    builder.integerString(number)
    let value = builder.count
    builder.string("v")
    let (record, bytes) = try only(builder)
    #expect(record.rawKey == nil && record.valueOffset == value)
    #expect(record.keyCount == String(number).utf8.count)
    let key = try bytes.withRawSpan { (span) throws(RDBError) in try record.keyBytes(in: span) }
    #expect(key == Array(String(number).utf8))
  }

  @Test("a compressed key is spelled out, also in a window of the file")
  func compressedKey() throws {
    let text = Array(String(repeating: "key-", count: 30).utf8)
    var builder = RDBBuilder()
    builder.byte(2)
    builder.lzfString(text)
    builder.raw([1, 1, 0x61])
    let (record, bytes) = try only(builder)
    #expect(record.rawKey == nil && record.keyCount == 120 && record.elements == 1)
    let key = try bytes.withRawSpan { (span) throws(RDBError) in
      try record.keyBytes(in: span)
    }
    #expect(key == text)
  }

  @Test("an empty key is a key")
  func emptyKey() throws {
    var builder = RDBBuilder()
    builder.string(key: "", value: "")
    let (record, _) = try only(builder)
    #expect(record.keyCount == 0 && record.rawKey == ByteRange(offset: 11, count: 0))
    #expect(record.valueCount == 1)
  }

  @Test("a string tells how its value is stored")
  func stringEncodings() throws {
    var builder = RDBBuilder()
    builder.key(0, "raw")
    builder.string("v")
    builder.key(0, "int")
    builder.integerString(5)
    builder.key(0, "lzf")
    builder.lzfString([UInt8](repeating: 0x61, count: 100))
    let file = ScannedFile(scanning: builder.ended())
    #expect(file.records.map { $0.encoding(in: .redis) } == [.raw, .int, .lzf])
    #expect(file.records.map(\.elements) == [1, 1, 1])
  }

  @Test("a module value tells its module")
  func module() throws {
    var builder = RDBBuilder()
    builder.key(7, "m")
    builder.length(0xb5a8_ab85_ab21_f800)
    builder.byte(0)
    let (record, bytes) = try only(builder)
    let id = bytes.withRawSpan { record.module(in: $0) }
    #expect(id?.name == "tairhash-")
    #expect(record.elements == nil)
  }

  @Test("a value that is no module tells none")
  func noModule() throws {
    var builder = RDBBuilder()
    builder.string(key: "k", value: "v")
    let (record, bytes) = try only(builder)
    #expect(bytes.withRawSpan { record.module(in: $0) } == nil)
  }

  @Test(
    "a string's value is told by place where its bytes stand as they are",
    arguments: [
      0, 1, 63, 64, 16384,
    ])
  func rawString(_ size: Int) throws {
    var builder = RDBBuilder()
    builder.key(0, "k")
    builder.string([UInt8](repeating: 0x61, count: size))
    let end = builder.count
    let (record, bytes) = try only(builder)
    let place = ByteRange(offset: end - size, count: size)
    let value = try bytes.withRawSpan { (span) throws(RDBError) in
      try record.stringValue(in: span)
    }
    #expect(value == .raw(place))
  }

  @Test(
    "a string's value has no place where it is a number or compressed", arguments: [true, false])
  func packedString(_ compressed: Bool) throws {
    let text = [UInt8](repeating: 0x61, count: 99)
    var builder = RDBBuilder()
    builder.key(0, "k")
    if compressed { builder.lzfString(text) } else { builder.integerString(-7) }
    let (record, bytes) = try only(builder)
    let spelled = try bytes.withRawSpan { (span) throws(RDBError) in
      try spell(try record.stringValue(in: span), in: span)
    }
    #expect(spelled == (compressed ? text : Array("-7".utf8)))
  }
}
