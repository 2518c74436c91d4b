import TestSupport
import Testing

@testable import RDB

@Suite("type")
struct RDBTypeTests {
  /// What FORMAT tells of each type byte in files of Redis.
  static let redis: [UInt8: ValueShape] = [
    0: .string, 1: .list, 2: .set, 3: .sortedSet, 4: .hash, 5: .sortedSet, 6: .module, 7: .module,
    9: .hash, 10: .list, 11: .set, 12: .sortedSet, 13: .hash, 14: .list, 15: .stream, 16: .hash,
    17: .sortedSet, 18: .list, 19: .stream, 20: .set, 21: .stream, 22: .hash, 23: .hash, 24: .hash,
    25: .hash, 26: .stream, 27: .stream, 28: .array, 29: .hash, 30: .hash, 31: .hash, 32: .hash,
    33: .gcra, 64: .cron,
  ]

  @Test(
    "every type byte of Redis has its shape, and no other byte has one",
    arguments: 0...255 as ClosedRange<UInt8>)
  func redis(_ byte: UInt8) {
    #expect(RDBType(byte).shape(in: .redis) == Self.redis[byte])
  }

  @Test(
    "Valkey has the numbers up to 23 and none of what others count on from there",
    arguments: 0...255 as ClosedRange<UInt8>)
  func valkey(_ byte: UInt8) {
    #expect(RDBType(byte).shape(in: .valkey) == (byte <= 23 ? Self.redis[byte] : nil))
  }

  @Test(
    "Dragonfly means its own by 30 to 37",
    arguments: [
      (29, nil), (30, .json), (31, .hash), (32, .set), (33, .sketch), (34, .sketch), (35, .sketch),
      (36, .sketch), (37, .sketch), (38, nil), (18, .list),
    ] as [(UInt8, ValueShape?)])
  func dragonfly(_ byte: UInt8, _ shape: ValueShape?) {
    #expect(RDBType(byte).shape(in: .dragonfly) == shape)
  }

  @Test("all types are decoded but those without marks and Dragonfly's sketches")
  func decoded() {
    func decoded(_ dialect: RDBDialect) -> [Int] {
      (0...255).filter { RDBType(UInt8($0)).isDecoded(in: dialect) }
    }
    let common = Array(0...5) + [7] + Array(9...22)
    #expect(decoded(.redis) == common + Array(23...33) + [64])
    #expect(decoded(.valkey) == common)
    #expect(decoded(.dragonfly) == common + Array(23...28) + [30, 31, 32, 64])
  }

  @Test(
    "a type tells what a sink must open",
    arguments: [
      (4, .elements), (7, .modules), (15, .streams), (24, .fieldExpiries), (28, .arrays),
      (30, .elements), (33, .numbers), (64, .crons), (6, []), (8, []),
    ] as [(UInt8, ValueContent)])
  func openings(_ byte: UInt8, _ opening: ValueContent) {
    #expect(RDBType(byte).content(in: .redis) == opening)
  }

  @Test("Valkey's and Dragonfly's own types have deadlines")
  func dialectOpenings() {
    #expect(RDBType(22).content(in: .valkey) == .fieldExpiries)
    #expect(RDBType(30).content(in: .dragonfly) == .documents)
    #expect(RDBType(31).content(in: .dragonfly) == .fieldExpiries)
    #expect(RDBType(32).content(in: .dragonfly) == .fieldExpiries)
    #expect(RDBType(35).content(in: .dragonfly) == [])
  }

  @Test(
    "an encoding has the name that OBJECT ENCODING uses",
    arguments: [
      (1, "linkedlist"), (2, "hashtable"), (3, "skiplist"), (5, "skiplist"), (9, "zipmap"),
      (10, "ziplist"), (11, "intset"), (14, "quicklist"), (16, "listpack"), (18, "quicklist"),
      (21, "stream"), (24, "hashtable"), (25, "listpackex"), (28, "sliced-array"), (7, "opaque"),
    ] as [(UInt8, String)])
  func encodings(_ byte: UInt8, _ name: String) {
    #expect(RDBType(byte).encoding(in: .redis).name == name)
  }

  @Test("templates are Redis's and hash tables Dragonfly's where they share a number")
  func clashingEncodings() {
    #expect(RDBType(31).encoding(in: .redis) == .template)
    #expect(RDBType(31).encoding(in: .dragonfly) == .hashtable)
  }

  @Test("a shape has the name that TYPE answers")
  func names() {
    #expect(ValueShape.sortedSet.name == "zset")
    #expect(Set(ValueShape.allCases.map(\.name)).count == ValueShape.allCases.count)
    #expect(Set(ValueEncoding.allCases.map(\.name)).count == ValueEncoding.allCases.count)
  }
}
