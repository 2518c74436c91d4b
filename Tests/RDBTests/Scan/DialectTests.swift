import TestSupport
import Testing

@testable import RDB

@Suite("dialects")
struct DialectTests {
  @Test("type 22 of Redis has its deadlines before the field")
  func hash22Redis() {
    var builder = RDBBuilder("REDIS0012")
    builder.key(22, "h")
    builder.length(2)
    builder.length(0)
    builder.string("f")
    builder.string("v")
    builder.length(1_800_000_000_000)
    builder.string("g")
    builder.string("w")
    let record = scanSound(builder.ended()).records.first
    #expect(record?.elements == 2 && record?.encoding(in: .redis) == .hashtable)
  }

  @Test("type 22 of Valkey has its deadlines behind the value")
  func hash22Valkey() {
    var builder = RDBBuilder("VALKEY080")
    builder.key(22, "h")
    builder.length(2)
    for (field, expiry) in [("f", -1), ("g", 1_800_000_000_000)] as [(String, Int64)] {
      builder.string(field)
      builder.string("v")
      builder.raw((0..<8).map { UInt8(truncatingIfNeeded: expiry >> ($0 * 8)) })
    }
    let file = scanSound(builder.ended())
    #expect(file.records.map(\.elements) == [2])
    #expect(file.context.dialect == .valkey)
  }

  @Test(
    "types that Redis numbered from 24 up do not exist in files of Valkey",
    arguments: Array(24...33) + [64] as [UInt8])
  func valkeyTypes(_ byte: UInt8) {
    var builder = RDBBuilder("VALKEY081")
    builder.key(byte, "k")
    builder.raw([0, 0, 0])
    #expect(
      scanFailure(builder.ended()) == RDBError(.unknownType, at: 9, number: UInt64(byte)))
  }

  @Test("opcode 243 of Redis is metadata of the next key")
  func keyMeta() {
    var builder = RDBBuilder("REDIS0013")
    builder.expireMS(5)
    builder.byte(243)
    builder.length(2)
    builder.raw([1, 0, 0, 0, 5, 1, 0x61, 0])
    builder.raw([2, 0, 0, 0, 2, 7, 0])
    builder.string(key: "k", value: "v")
    builder.string(key: "next", value: "v")
    let records = scanSound(builder.ended()).records
    #expect(records.map(\.hasKeyMeta) == [true, false])
    #expect(records.map(\.attributeCount) == [26, 0])
    #expect(records.first?.expiry?.rawValue == 5)
  }

  @Test("opcode 243 of Valkey is a slot import")
  func slotImport() {
    var builder = RDBBuilder("VALKEY080")
    builder.byte(243)
    builder.string(String(repeating: "7", count: 40))
    builder.raw([2, 0, 2, 5, 5])
    let end = builder.count
    let file = scanSound(builder.ended())
    #expect(file.events.first?.event == .slotImport(ByteRange(offset: 9, count: end - 9)))
  }

  @Test("opcode 242 of Redis is a hash template that later values lean on")
  func hashTemplate() {
    var builder = RDBBuilder("REDIS0015")
    builder.byte(242)
    builder.raw([7, 2])
    builder.string("age")
    builder.string("name")
    let end = builder.count
    builder.key(32, "by array")
    builder.length(7)
    builder.string("42")
    builder.string("Ann")
    var values = ListpackBuilder()
    values.integer(7)
    values.integer(42)
    values.string("Ann")
    builder.key(30, "by listpack")
    builder.string(values.bytes())
    let file = scanSound(builder.ended())
    #expect(
      file.events.first?.event
        == .hashTemplate(
          id: 7, fields: 2, ByteRange(offset: 9, count: end - 9), isRedefined: false))
    #expect(file.records.map(\.elements) == [2, 2])
    #expect(file.records.map { $0.encoding(in: .redis) } == [.template, .template])
  }

  @Test("a value whose template was not defined is refused where its number stands")
  func missingTemplate() {
    var builder = RDBBuilder("REDIS0015")
    builder.key(32, "k")
    builder.length(8)
    builder.string("v")
    #expect(scanFailure(builder.ended()) == RDBError(.badTemplate, at: 12, number: 8))
  }

  @Test("opcode 242 of Valkey stands in no file")
  func updateOpcode() {
    var builder = RDBBuilder("VALKEY081")
    builder.raw([242, 0, 0])
    #expect(scanFailure(builder.ended()) == RDBError(.unknownOpcode, at: 9, number: 242))
  }

  @Test("types 30 to 33 are Dragonfly's behind its AUX df-ver")
  func dragonflyTypes() {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("df-ver", "df-v1.38.0")
    builder.key(30, "json")
    builder.string("{}")
    builder.key(31, "hash")
    builder.length(1)
    for text in ["f", "v", "-1"] { builder.string(text) }
    builder.key(32, "set")
    builder.length(2)
    for text in ["m", "-1", "n", "324790400"] { builder.string(text) }
    let file = scanSound(builder.ended())
    #expect(file.context.dialect == .dragonfly)
    #expect(file.records.map { $0.type.shape(in: .dragonfly) } == [.json, .hash, .set])
    #expect(file.records.map(\.elements) == [nil, 1, 2])
  }

  @Test("type 29 is a template for Redis and nothing for Dragonfly")
  func dragonfly29() {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("df-ver", "df-v1.38.0")
    let place = builder.count
    builder.key(29, "k")
    builder.raw([1, 0, 0])
    #expect(
      scanFailure(builder.ended()) == RDBError(.unknownType, at: place, number: 29))
  }

  @Test("Dragonfly's mask is an attribute, with memcached flags or without")
  func dragonflyMask() {
    var builder = RDBBuilder("REDIS0009")
    builder.raw([220, 1, 0, 0, 0])
    builder.string(key: "sticky", value: "v")
    builder.raw([220, 3, 0, 0, 0, 77, 0, 0, 0])
    builder.string(key: "both", value: "v")
    let file = scanSound(builder.ended())
    #expect(file.records.map(\.attributeCount) == [5, 9])
    #expect(file.context.dialect == .dragonfly)
  }

  @Test("Dragonfly's opcodes of replication are stepped over")
  func dragonflyOpcodes() {
    var builder = RDBBuilder("REDIS0009")
    builder.raw([200, 0, 0, 0, 0, 0, 0, 0, 0])
    builder.raw([211, 1, 2, 3, 4, 5, 6, 7, 8])
    builder.raw([210, 2, 3, 0x61, 0x62, 0x63])
    let file = scanSound(builder.ended())
    #expect(
      file.events.prefix(3).map(\.event) == [
        .other(RDBOpcode(200), ByteRange(offset: 9, count: 9)),
        .other(RDBOpcode(211), ByteRange(offset: 18, count: 9)),
        .other(RDBOpcode(210), ByteRange(offset: 27, count: 6)),
      ])
  }

  @Test("Dragonfly's compressed blobs are refused by name", arguments: [201, 202] as [UInt8])
  func dragonflyBlobs(_ byte: UInt8) {
    var builder = RDBBuilder("REDIS0009")
    builder.string(key: "k", value: "v")
    builder.byte(byte)
    builder.string("compressed")
    let file = ScannedFile(scanning: builder.ended())
    #expect(file.error == RDBError(.unsupportedCompression, at: 14, number: UInt64(byte)))
    #expect(file.records.count == 1)
  }

  @Test("a Cuckoo filter of Dragonfly cannot be stepped over")
  func cuckoo() {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("df-ver", "df-v1.38.0")
    builder.key(37, "k")
    let place = builder.count
    builder.raw([0, 0])
    #expect(scanFailure(builder.ended()) == RDBError(.unskippable, at: place, number: 37))
  }

  @Test("KeyDB's cron job is stepped over, and its AUX behind a key too")
  func keyDB() {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("mvcc-tstamp", "1")
    builder.key(64, "cron")
    builder.string("redis.call('incr','x')")
    builder.raw([UInt8](repeating: 1, count: 16))
    builder.raw([1, 1, 0x78, 2, 1, 0x61, 1, 0x62])
    builder.aux("keydb-subexpire-key", "m1")
    builder.aux("keydb-subexpire-when", "2000000000000")
    builder.string(key: "k", value: "v")
    let file = scanSound(builder.ended())
    #expect(file.records.map(\.type.rawValue) == [64, 0])
    #expect(file.events.map(\.index) == [0, 1, 1, 2])
    #expect(file.context.dialect == .redis)
  }

  @Test("a file may tell only once who wrote it, in the middle of a scan by pieces")
  func dialectInPieces() {
    var builder = RDBBuilder("REDIS0009")
    builder.aux("df-ver", "df-v1.38.0")
    for _ in 0..<5 {
      builder.key(30, "json")
      builder.string("{}")
    }
    let file = ScannedFile(scanning: builder.ended(), batch: 1, step: 1)
    #expect(file.error == nil)
    #expect(file.records.allSatisfy { $0.elements == nil })
  }
}
