import RDB
import TestSupport
import Testing

@testable import Memory

@Suite("Memory models")
struct ModelTests {
  private func memory(
    of value: [UInt8], type: RDBType = .string, key: String = "key", _ family: ServerFamily,
    _ major: Int, _ minor: Int, _ limits: EncodingLimits? = nil
  ) throws -> KeyMemory {
    var file = RDBBuilder("REDIS0011")
    file.byte(type.rawValue)
    file.string(Array(key.utf8))
    file.raw(value)
    file.byte(255)
    file.raw([UInt8](repeating: 0, count: 8))
    let scan = ScannedFile(scanning: file.bytes)
    var estimator = MemoryEstimator(
      [(MemoryModel(family, major, minor, .jemalloc), limits)], measuresElements: true)
    var result = [KeyMemory.unknown]
    try file.bytes.withRawSpan { span throws(RDBError) in
      try estimator.measure(scan.records[0], in: span, scan.context, into: &result)
    }
    return result[0]
  }

  private func string(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

  @Test("an integer takes an object, a dictionary entry and the key")
  func integer() throws {
    #expect(try memory(of: string("12"), .redis, 7, 0) == KeyMemory(16 + 24 + 8, .exact))
  }

  @Test("digits that are not the number's own text are a string")
  func padded() throws {
    #expect(try memory(of: string("012"), .redis, 7, 0) == KeyMemory(24 + 24 + 8, .exact))
  }

  @Test("a short string shares one block with its key from Redis 8.2 on")
  func embedded() throws {
    #expect(try memory(of: string("abc"), .redis, 8, 2) == KeyMemory(32, .exact))
    #expect(try memory(of: string("abc"), .valkey, 9, 1) == KeyMemory(24, .exact))
  }

  @Test("an unknown minor takes the nearest lower one, and is an estimate")
  func nearest() throws {
    let model = MemoryModel(.redis, 8, 4, .jemalloc)
    #expect(model.name == "redis:8.2")
    #expect(!model.isConfirmed)
    #expect(try memory(of: string("abc"), .redis, 8, 4).certainty == .estimated)
  }

  @Test("a version before the first takes the first")
  func oldest() {
    #expect(MemoryModel(.redis, 2, 8, .jemalloc).name == "redis:4.0")
    #expect(MemoryModel(.valkey, 7, 0, .jemalloc).name == "valkey:7.2")
  }

  @Test("a module's value is unknown")
  func module() throws {
    // A module's number, and the opcode that ends its values.
    let value: [UInt8] = [0x81] + [UInt8](repeating: 0x11, count: 8) + [0]
    #expect(try memory(of: value, type: .module2, .redis, 7, 0) == .unknown)
  }

  @Test("limits make a small table a listpack")
  func repacked() throws {
    let hash: [UInt8] = [2] + ["a", "1", "b", "2"].flatMap { string($0) }
    let kept = try memory(of: hash, type: .hash, .redis, 7, 0)
    let packed = try memory(of: hash, type: .hash, .redis, 7, 0, EncodingLimits())
    #expect(kept == KeyMemory(16 + 56 + 32 + 2 * (24 + 8 + 8) + 24 + 8, .exact))
    // 7 bytes, two fields of 3 and two numbers of 2.
    #expect(packed == KeyMemory(16 + 24 + 24 + 8, .estimated))
    var none = EncodingLimits()
    none[.hashFields] = 1
    #expect(try memory(of: hash, type: .hash, .redis, 7, 0, none).bytes == kept.bytes)
  }
}
