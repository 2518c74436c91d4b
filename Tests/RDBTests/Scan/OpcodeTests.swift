import TestSupport
import Testing

@testable import RDB

/// Scans a file that must be sound.
func scanSound(_ bytes: [UInt8]) -> ScannedFile {
  let file = ScannedFile(scanning: bytes)
  #expect(file.error == nil)
  return file
}

@Suite("opcodes")
struct OpcodeTests {
  @Test("a file without keys is a header and an end")
  func empty() {
    let file = scanSound(RDBBuilder().ended())
    #expect(file.records.isEmpty)
    #expect(file.end?.at == 9)
    #expect(file.state?.offset == 18)
  }

  @Test("before RDB 5 no checksum follows the end", arguments: 1...4)
  func noChecksum(_ version: Int) {
    var builder = RDBBuilder("REDIS000\(version)")
    builder.byte(255)
    let file = scanSound(builder.bytes)
    #expect(file.events.map(\.event) == [.end(at: 9, checksum: nil)])
    #expect(file.state?.offset == 10)
  }

  @Test("from RDB 5 the checksum is told as it is stored", arguments: ["REDIS0005", "VALKEY080"])
  func checksum(_ header: String) {
    var builder = RDBBuilder(header)
    builder.byte(255)
    builder.raw([1, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      scanSound(builder.bytes).events.map(\.event)
        == [.end(at: 9, checksum: 0x0807_0605_0403_0201)])
  }

  @Test("bytes behind the end are left alone")
  func trailing() {
    let bytes = RDBBuilder().ended() + Array("*1\r\n".utf8)
    #expect(scanSound(bytes).state?.offset == bytes.count - 4)
  }

  @Test("SELECTDB says where the keys that follow are, as often as it comes")
  func selectDB() {
    var builder = RDBBuilder()
    for number in [5, 0, 16384, 0xffff_ffff, 5] as [UInt64] {
      builder.selectDB(number)
      builder.string(key: "k", value: "v")
    }
    let file = scanSound(builder.ended())
    #expect(file.records.map(\.database) == [5, 0, 16384, 0xffff_ffff, 5])
    #expect(file.events.map(\.index) == [0, 1, 2, 3, 4, 5])
  }

  @Test("a database number over 32 bits is not believed")
  func hugeDatabase() {
    var builder = RDBBuilder()
    builder.selectDB(0x1_0000_0000)
    #expect(
      scanFailure(builder.ended()) == RDBError(.limitExceeded, at: 9, number: 0x1_0000_0000))
  }

  @Test("RESIZEDB tells its two hints")
  func resizeDB() {
    var builder = RDBBuilder()
    builder.resizeDB(keys: 70_000, expires: 3)
    #expect(scanSound(builder.ended()).events.first?.event == .resize(keys: 70_000, expires: 3))
  }

  @Test("AUX tells a name and a value, stored in whatever way")
  func aux() throws {
    var builder = RDBBuilder()
    builder.aux("redis-ver", "7.2.6")
    builder.byte(250)
    builder.string("redis-bits")
    builder.integerString(64)
    builder.byte(250)
    builder.lzfString([UInt8](repeating: 0x6e, count: 60))
    builder.lzfString([UInt8](repeating: 0x76, count: 90))
    let bytes = builder.ended()
    let fields = try scanSound(bytes).aux(in: bytes)
    #expect(fields.map(\.0).prefix(2) == [Array("redis-ver".utf8), Array("redis-bits".utf8)])
    #expect(fields.map(\.1).prefix(2) == [Array("7.2.6".utf8), Array("64".utf8)])
    #expect(fields.last?.0.count == 60 && fields.last?.1.count == 90)
  }

  @Test("both kinds of expiry are milliseconds", arguments: [0, 1, -2, Int64.max, Int64.min])
  func expireMS(_ milliseconds: Int64) {
    var builder = RDBBuilder()
    builder.expireMS(milliseconds)
    builder.string(key: "k", value: "v")
    let record = scanSound(builder.ended()).records.first
    #expect(record?.expiry?.rawValue == milliseconds)
    #expect(record?.attributeCount == 9)
  }

  @Test("an expiry in seconds is signed", arguments: [0, 1, -1, Int32.max, Int32.min])
  func expireSeconds(_ seconds: Int32) {
    var builder = RDBBuilder()
    builder.expireSeconds(seconds)
    builder.string(key: "k", value: "v")
    let record = scanSound(builder.ended()).records.first
    #expect(record?.expiry?.rawValue == Int64(seconds) * 1000)
    #expect(record?.attributeCount == 5)
  }

  @Test("FREQ and IDLE belong to the next key only")
  func eviction() {
    var builder = RDBBuilder()
    builder.raw([249, 255])
    builder.string(key: "a", value: "v")
    builder.byte(248)
    builder.length(1_000_000)
    builder.string(key: "b", value: "v")
    builder.string(key: "c", value: "v")
    let records = scanSound(builder.ended()).records
    #expect(records.map(\.frequency) == [255, nil, nil])
    #expect(records.map(\.idleSeconds) == [nil, 1_000_000, nil])
    #expect(records.map(\.attributeCount) == [2, 6, 0])
  }

  @Test("attributes come in any order, and the record begins at the first")
  func attributeOrder() {
    var builder = RDBBuilder()
    builder.raw([249, 7])
    builder.expireMS(5)
    builder.key(1, "l")
    builder.raw([1, 1, 0x61])
    builder.expireMS(6)
    builder.raw([248, 9])
    builder.string(key: "s", value: "v")
    let records = scanSound(builder.ended()).records
    #expect(records.map(\.expiry?.rawValue) == [5, 6])
    #expect(records.map(\.frequency) == [7, nil])
    #expect(records.map(\.idleSeconds) == [nil, 9])
    #expect(records.map(\.attributeCount) == [11, 11])
    #expect(records.first?.start == 9)
    #expect(records.last?.start == records.first?.end)
  }

  // KeyDB in active-replica mode writes an AUX between an expiry and the type.
  @Test("an AUX between an expiry and its key does not part them")
  func auxBetween() {
    var builder = RDBBuilder("REDIS0009")
    builder.expireMS(77)
    builder.aux("mvcc-tstamp", "1800000000000000000")
    let type = builder.count
    builder.string(key: "k", value: "v")
    builder.aux("mvcc-tstamp", "1800000000000000001")
    builder.string(key: "next", value: "v")
    let file = scanSound(builder.ended())
    #expect(file.records.map(\.expiry?.rawValue) == [77, nil])
    #expect(file.records.first?.start == 9 && file.records.first?.offset == type)
    #expect(file.records.last?.attributeCount == 0)
    #expect(file.events.map(\.index) == [0, 1, 2])
  }

  @Test("a function library is told by its source")
  func function() throws {
    var builder = RDBBuilder("REDIS0010")
    builder.byte(245)
    builder.string("#!lua name=mylib\n")
    let bytes = builder.ended()
    guard case .function(let source) = scanSound(bytes).events.first?.event else {
      Issue.record("no function")
      return
    }
    let text = try bytes.withRawSpan { (span) throws(RDBError) in try spell(source, in: span) }
    #expect(text == Array("#!lua name=mylib\n".utf8))
  }

  @Test("a library of a release candidate may have a description", arguments: [true, false])
  func functionPreGA(_ described: Bool) throws {
    var builder = RDBBuilder("REDIS0010")
    builder.byte(246)
    builder.string("lib")
    builder.string("LUA")
    builder.length(described ? 1 : 0)
    if described { builder.string("what it does") }
    builder.string("code")
    let bytes = builder.ended()
    guard case .functionPreGA(let name, let code) = scanSound(bytes).events.first?.event else {
      Issue.record("no function")
      return
    }
    try bytes.withRawSpan { (span) throws(RDBError) in
      #expect(try spell(name, in: span) == Array("lib".utf8))
      #expect(try spell(code, in: span) == Array("code".utf8))
    }
  }

  @Test("module data beside the keys is stepped over by its opcodes")
  func moduleAux() {
    var builder = RDBBuilder()
    builder.byte(247)
    builder.length(0xb5a8_ab85_ab21_f800)
    builder.raw([2, 1])  // UINT, before the keys
    builder.raw([1, 5, 2, 6, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0])
    builder.byte(5)
    builder.lzfString([UInt8](repeating: 0, count: 50))
    builder.byte(0)
    let end = builder.count
    let event = scanSound(builder.ended()).events.first?.event
    #expect(
      event
        == .moduleAux(
          module: ModuleID(0xb5a8_ab85_ab21_f800), ByteRange(offset: 9, count: end - 9)))
  }

  @Test("module data with an opcode that does not exist is refused where it stands")
  func badModuleAux() {
    var builder = RDBBuilder()
    builder.raw([247, 0, 2, 1, 6, 0])
    #expect(scanFailure(builder.ended()) == RDBError(.badModule, at: 13, number: 6))
  }

  @Test("SLOT_INFO gives the keys that follow their slot, until the next database")
  func slotInfo() {
    var builder = RDBBuilder("REDIS0012")
    builder.selectDB(0)
    builder.string(key: "before", value: "v")
    builder.byte(244)
    for number in [16383, 2, 0] as [UInt64] { builder.length(number) }
    builder.string(key: "a", value: "v")
    builder.key(2, "b")
    builder.raw([1, 1, 0x61])
    builder.selectDB(1)
    builder.string(key: "after", value: "v")
    let file = scanSound(builder.ended())
    #expect(file.records.map(\.slot) == [nil, 16383, 16383, nil])
    #expect(file.events.map(\.event).contains(.slotInfo(slot: 16383, keys: 2, expires: 0)))
  }

  @Test("a slot that no cluster has is none")
  func hugeSlot() {
    var builder = RDBBuilder("REDIS0012")
    builder.byte(244)
    for number in [16384, 1, 0] as [UInt64] { builder.length(number) }
    builder.string(key: "a", value: "v")
    #expect(scanSound(builder.ended()).records.map(\.slot) == [nil])
  }

  @Test(
    "AUX slot-info gives the keys that follow their slot",
    arguments: [
      ("0,1,0", 0), ("16383,1,0,5", 16383), ("9,10,0", 9), ("16384,1,0", nil), ("", nil),
      (",1,0", nil), ("x,1", nil), ("123456,1", nil), ("7", nil),
    ] as [(String, UInt16?)])
  func slotInfoAux(_ text: String, _ slot: UInt16?) {
    var builder = RDBBuilder("VALKEY080")
    builder.aux("slot-info", "5,1,0")
    builder.aux("slot-info", text)
    builder.string(key: "a", value: "v")
    #expect(scanSound(builder.ended()).records.map(\.slot) == [slot])
  }

  @Test("a compressed slot-info is read as well")
  func compressedSlotInfo() {
    var builder = RDBBuilder("VALKEY080")
    builder.byte(250)
    builder.string("slot-info")
    builder.lzfString(Array("11111,1111111,1111111,0".utf8))
    builder.string(key: "a", value: "v")
    #expect(scanSound(builder.ended()).records.map(\.slot) == [11111])
  }

  @Test("Redis Enterprise's LRU and slot are attributes of the next key")
  func enterprise() {
    var builder = RDBBuilder()
    builder.byte(121)
    builder.length(1234)
    builder.byte(107)
    builder.length(99)
    builder.string(key: "a", value: "v")
    builder.string(key: "b", value: "v")
    let records = scanSound(builder.ended()).records
    #expect(records.map(\.slot) == [1234, nil])
    #expect(records.map(\.attributeCount) == [6, 0])
  }

  @Test(
    "an opcode that nobody has is refused with its number and place",
    arguments: [
      100, 106, 108, 120, 122, 199, 203, 204, 209, 212, 219, 221, 222, 223, 225, 241,
    ] as [UInt8])
  func unknown(_ byte: UInt8) {
    var builder = RDBBuilder()
    builder.string(key: "k", value: "v")
    builder.byte(byte)
    builder.raw([0, 0, 0])
    let file = ScannedFile(scanning: builder.ended())
    #expect(file.error == RDBError(.unknownOpcode, at: 14, number: UInt64(byte)))
    // What came before is handed over, and the state stands before what could not be read.
    #expect(file.records.count == 1 && file.state?.offset == 14)
  }

  @Test(
    "a type that nobody has is refused with its number and place",
    arguments: [
      8, 34, 35, 60, 63, 65, 99,
    ] as [UInt8])
  func unknownType(_ byte: UInt8) {
    var builder = RDBBuilder()
    builder.expireMS(1)
    builder.key(byte, "k")
    builder.string("v")
    let file = ScannedFile(scanning: builder.ended())
    #expect(file.error == RDBError(.unknownType, at: 18, number: UInt64(byte)))
    #expect(file.state?.offset == 18)
  }

  @Test("a module value of the 4.0 release candidates cannot be stepped over")
  func preGAModule() {
    var builder = RDBBuilder("REDIS0008")
    builder.key(6, "k")
    builder.length(0xb5a8_ab85_ab21_f800)
    builder.raw([1, 2, 3])
    #expect(scanFailure(builder.ended()) == RDBError(.unskippable, at: 12, number: 6))
  }
}
