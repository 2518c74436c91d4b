import TestSupport
import Testing

@testable import RDB

/// Module values spelled by their opcodes.
private struct ModuleBuilder {
  var builder = RDBBuilder.bare

  init(_ id: UInt64) { builder.length(id) }

  mutating func signed(_ number: Int64) {
    builder.length(1)
    builder.length(UInt64(bitPattern: number))
  }

  mutating func unsigned(_ numbers: UInt64...) {
    for number in numbers {
      builder.length(2)
      builder.length(number)
    }
  }

  mutating func double(_ numbers: Double...) {
    for number in numbers {
      builder.length(4)
      builder.double(number)
    }
  }

  mutating func string(_ text: String) {
    builder.length(5)
    builder.string(text)
  }

  func ended() -> [UInt8] { builder.bytes + [0] }
}

private func module(_ id: UInt64, _ fill: (inout ModuleBuilder) -> Void) -> [UInt8] {
  var builder = ModuleBuilder(id)
  fill(&builder)
  return builder.ended()
}

private func parts(_ bytes: [UInt8]) throws(RDBError) -> [CollectedModulePart] {
  let found = try collect(7, bytes)
  #expect(found.end == bytes.count && found.shape == .module)
  var parts: [CollectedModulePart] = []
  for case .module(let part) in found.elements { parts.append(part) }
  return parts
}

private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("modules by opcode")
struct WalkModuleTests {
  private let id: UInt64 = 0x0123_4567_89ab_cdef

  @Test("each opcode's value is told, up to the end opcode")
  func opcodes() throws {
    let bytes = module(id) {
      $0.signed(-5)
      $0.unsigned(1 << 40)
      $0.builder.raw([3, 0, 0, 0xc0, 0x3f])
      $0.double(-0.0)
      $0.string("text")
      $0.builder.byte(5)
      $0.builder.integerString(3)
    }
    #expect(
      try parts(bytes) == [
        .values(ModuleID(id)), .signed(-5), .unsigned(1 << 40), .float(Float(1.5).bitPattern),
        .double((-0.0).bitPattern), .string(text("text")), .string(text("3")),
      ])
    #expect(try skip(7, bytes + [9, 9]) == (bytes.count, nil))
    #expect(try check(7, bytes + [9, 9]) == (bytes.count, 6))
  }

  @Test("a module opcode that does not exist is refused where it stands")
  func badOpcode() {
    #expect(skipFailure(7, [0, 2, 5, 6]) == RDBError(.badModule, at: 3, number: 6))
    #expect(checkFailure(7, [0, 2, 5, 6]) == RDBError(.badModule, at: 3, number: 6))
  }

  @Test("every beginning of a module's value is truncated")
  func prefixes() {
    let bytes = module(id) {
      $0.signed(1000)
      $0.double(1)
      $0.string("text")
    }
    for count in bytes.indices {
      #expect(skipFailure(7, Array(bytes[..<count]))?.reason == .truncated)
      #expect(checkFailure(7, Array(bytes[..<count]))?.reason == .truncated)
    }
  }

  @Test("a module's name and version make up its number")
  func names() {
    #expect(ModuleID(name: "tairhash-", version: 0)?.rawValue == 0xb5a8_ab85_ab21_f800)
    #expect(ModuleID(name: "ReJSON-RL", version: 3)?.rawValue == 0x45e2_5238_df91_2c03)
    #expect(ModuleID(0xb5a8_abce_c7ad_fc00).name == "tairzset_")
    #expect(ModuleID(name: "tairhash", version: 0) == nil)
    #expect(ModuleID(name: "tairhash!", version: 0) == nil)
    #expect(ModuleID(name: "tairhash-", version: 1024) == nil)
  }
}

@Suite("modules in their own words")
struct WalkTairTests {
  private func id(_ name: String, _ version: Int = 0) -> UInt64 {
    ModuleID(name: name, version: version)?.rawValue ?? 0
  }

  @Test("a TairString is a version, flags and a value", arguments: [0, 1])
  func tairString(_ version: Int) throws {
    let bytes = module(id("exstrtype", version)) {
      $0.unsigned(1 << 40, 5)
      $0.string("value")
    }
    #expect(try parts(bytes) == [.tairString(text("value"), version: 1 << 40, flags: 5)])
    #expect(try check(7, bytes) == (bytes.count, 1))
  }

  private func hash(_ name: String, fields: UInt64 = 2, extra: Bool = false) -> [UInt8] {
    module(id(name)) {
      $0.unsigned(fields)
      $0.string("stale key")
      if extra { $0.unsigned(99) }
      $0.string("a")
      $0.unsigned(7, 2_000_000_000_000)
      $0.string("1")
      $0.string("b")
      $0.unsigned(1, 0)
      $0.string("2")
    }
  }

  private static let fields: [CollectedModulePart] = [
    .tairHash(key: text("stale key"), fields: 2),
    .tairField(text("a"), text("1"), version: 7, expiry: 2_000_000_000_000),
    .tairField(text("b"), text("2"), version: 1, expiry: nil),
  ]

  @Test("a TairHash's fields have versions and deadlines")
  func tairHash() throws {
    #expect(try parts(hash("tairhash-")) == WalkTairTests.fields)
    #expect(try check(7, hash("tairhash-")).elements == 2)
  }

  @Test("the cloud's older TairHash may have one more number")
  func cloudHash() throws {
    #expect(try parts(hash("exhash---")) == WalkTairTests.fields)
    #expect(try parts(hash("exhash---", extra: true)) == WalkTairTests.fields)
  }

  @Test("a TairZset's members have as many scores as it says")
  func tairSortedSet() throws {
    let bytes = module(id("tairzset_")) {
      $0.unsigned(2, 3)
      $0.string("m")
      $0.double(1, -0.0, .infinity)
      $0.string("n")
      $0.double(1, 2, 3)
    }
    let scores = [1, -0.0, .infinity, 1, 2, 3].map { CollectedModulePart.tairScore($0.bitPattern) }
    #expect(
      try parts(bytes)
        == [.tairSortedSet(members: 2, scores: 3), .tairMember(text("m"))] + scores[..<3]
        + [.tairMember(text("n"))] + scores[3...])
    #expect(try check(7, bytes).elements == 2)
  }

  @Test("a RedisJSON document of version 3 is its text; older ones come by opcode")
  func json() throws {
    let document = module(id("ReJSON-RL", 3)) { $0.string("{}") }
    #expect(try parts(document) == [.json(text("{}"))])
    let old = module(id("ReJSON-RL", 2)) { $0.unsigned(1) }
    #expect(try parts(old) == [.values(ModuleID(id("ReJSON-RL", 2))), .unsigned(1)])
  }

  @Test("a value that its module would not read comes by opcode, and checking refuses it")
  func unfit() throws {
    for fields in [1, 3] as [UInt64] {
      let bytes = hash("tairhash-", fields: fields)
      #expect(try parts(bytes).first == .values(ModuleID(id("tairhash-"))))
      #expect(checkFailure(7, bytes)?.reason == .badModule)
      #expect(skipFailure(7, bytes) == nil)
    }
    // Too few fields: where the end must be stands a string.
    let fewer = hash("tairhash-", fields: 1)
    #expect(checkFailure(7, fewer)?.number == 5)
    // Nothing is known of the cloud's own layouts but what fits.
    let cloud = hash("exhash---", fields: 3)
    #expect(try parts(cloud).first == .values(ModuleID(id("exhash---"))))
    #expect(checkFailure(7, cloud) == nil)
  }

  @Test("a TairZset of no scores, too many or a score that is no number is refused")
  func badScores() {
    let none = module(id("tairzset_")) { $0.unsigned(0, 0) }
    #expect(checkFailure(7, none) == RDBError(.badModule, at: 11, number: 0))
    let many = module(id("tairzset_")) { $0.unsigned(0, 257) }
    #expect(checkFailure(7, many) == RDBError(.badModule, at: 11, number: 257))
    let broken = module(id("tairzset_")) {
      $0.unsigned(1, 1)
      $0.string("m")
      $0.double(.nan)
    }
    #expect(checkFailure(7, broken) == RDBError(.badScore, at: 16))
  }

  @Test("a TairHash field's deadline beyond 63 bits is refused")
  func badDeadline() {
    let bytes = module(id("tairhash-")) {
      $0.unsigned(1)
      for string in ["k", "f"] { $0.string(string) }
      $0.unsigned(1, .max)
      $0.string("v")
    }
    #expect(checkFailure(7, bytes) == RDBError(.badExpiry, at: 19, number: .max))
  }

  @Test("what a TairHash claims to hold costs nothing until it is there")
  func hugeClaim() {
    let bytes = module(id("tairhash-")) {
      $0.unsigned(.max)
      $0.string("k")
    }
    #expect(checkFailure(7, bytes)?.reason == .badModule)
  }
}
