// Payloads against what a server's DUMP answered.

import TestSupport
import Testing

@testable import RDB

@Suite("DumpPayload")
struct DumpPayloadTests {
  private func payload(_ file: [UInt8], _ record: RDBRecord) -> [UInt8]? {
    guard let payload = DumpPayload(of: record, in: .redis) else { return nil }
    var bytes: [UInt8] = []
    file.withRawSpan { span in
      payload.write(from: span) { bytes += [UInt8](copying: $0) }
    }
    #expect(bytes.count == payload.count)
    return bytes
  }

  @Test("a payload is the type, the value's bytes, the version and the checksum of all before")
  func layout() throws {
    var file = RDBBuilder()
    file.expireMS(2_000_000_000_000)
    file.string(key: "key", value: "hello")
    let scan = ScannedFile(scanning: file.ended())
    let bytes = try #require(payload(file.bytes, scan.records[0]))
    #expect(Array(bytes.prefix(9)) == [0, 5] + Array("hello".utf8) + [6, 0])
    let sum = Array(bytes.prefix(9)).withRawSpan { CRC64.update(0, $0) }
    #expect(
      Array(bytes.suffix(8)) == (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) })
  }

  @Test("a value of several pieces is whole, and so is its checksum")
  func pieces() throws {
    var file = RDBBuilder()
    let value = String(repeating: "pieces ", count: 100_001)
    file.string(key: "k", value: value)
    let scan = ScannedFile(scanning: file.ended())
    let bytes = try #require(payload(file.bytes, scan.records[0]))
    let record = scan.records[0]
    #expect(Array(bytes[1..<(1 + record.valueCount)]) == Array(file.bytes[record.value.range]))
    // The checksum of bytes and their own checksum, least byte first, is zero.
    bytes.withRawSpan { #expect(CRC64.update(0, $0) == 0) }
  }

  @Test("values that point elsewhere, and layouts that no server takes, have no payload")
  func refused() {
    for type in [6, 22, 23, 30, 32, 64, 200] as [UInt8] {
      #expect(DumpPayload.version(of: RDBType(rawValue: type), in: .redis) == nil)
    }
    #expect(DumpPayload.version(of: RDBType(rawValue: 22), in: .valkey) == 80)
    #expect(DumpPayload.version(of: RDBType(rawValue: 24), in: .valkey) == nil)
    #expect(DumpPayload.version(of: RDBType(rawValue: 30), in: .dragonfly) == nil)
    #expect(DumpPayload.version(of: RDBType(rawValue: 18), in: .dragonfly) == 10)
  }
}
