// Rows of packed entries, which are read by a loop of their own, against the same entries one by one.

import TestSupport
import Testing

@testable import RDB

@Suite("rows of packed entries")
struct PackedFillTests {
  private func numbers(_ random: inout SeededRandom) -> Int64 {
    Int64(bitPattern: random.next()) >> Int64(random.below(64))
  }

  private func value(_ random: inout SeededRandom) -> [UInt8] {
    random.bytes(random.below(12) == 0 ? random.below(5000) : random.below(90))
  }

  @Test("a listpack's rows are its entries, sound or not")
  func listpack() throws {
    var random = SeededRandom(for: "rows of listpacks")
    for _ in 0..<120 {
      var builder = ListpackBuilder()
      for _ in 0..<random.below(150) {
        if random.below(2) == 0 {
          builder.integer(numbers(&random))
        } else {
          builder.string(value(&random))
        }
      }
      let claim: UInt16? = random.below(4) == 0 ? 65535 : nil
      try compare(Listpack.self, builder.bytes(count: claim), &random)
    }
  }

  @Test("a ziplist's rows are its entries, sound or not")
  func ziplist() throws {
    var random = SeededRandom(for: "rows of ziplists")
    for _ in 0..<120 {
      var builder = ZiplistBuilder()
      for _ in 0..<random.below(150) {
        if random.below(2) == 0 {
          builder.integer(numbers(&random))
        } else {
          builder.string(value(&random))
        }
      }
      let claim: UInt16? = random.below(4) == 0 ? 65535 : nil
      try compare(Ziplist.self, builder.bytes(count: claim), &random)
    }
  }

  @Test("an intset's rows are its numbers", arguments: [2, 4, 8])
  func intsets(_ width: Int) throws {
    var random = SeededRandom(for: "rows of intsets")
    for count in [0, 1, 63, 64, 65, 128, 200] {
      let bound = 64 - 8 * width
      let found = Set((0..<count).map { _ in Int64(bitPattern: random.next()) >> Int64(bound) })
      try compare(Intset.self, intset(found.sorted(), width: width), &random)
    }
  }

  /// Compares a structure, and itself with some byte another, or too short.
  private func compare<Packed: PackedStructure>(
    _ kind: Packed.Type, _ blob: [UInt8], _ random: inout SeededRandom
  ) throws {
    expect(kind, blob)
    for _ in 0..<8 {
      var broken = blob
      broken[random.below(broken.count)] = UInt8(random.below(256))
      expect(kind, broken)
    }
  }

  private func expect<Packed: PackedStructure>(_ kind: Packed.Type, _ blob: [UInt8]) {
    let rows = outcome(kind, blob) { packed, span, found throws(RDBError) in
      var more = true
      while more {
        var row = ElementBuffer()
        defer { found += row.items.prefix(row.count) }
        more = try packed.fill(&row, from: span, checked: false)
      }
    }
    let entries = outcome(kind, blob) { packed, span, found throws(RDBError) in
      while let entry = try packed.next(in: span, checked: false) { found.append(entry) }
    }
    #expect(rows.found == entries.found && rows.error == entries.error, "\(blob.prefix(300))")
  }

  private func outcome<Packed: PackedStructure>(
    _ kind: Packed.Type, _ blob: [UInt8],
    _ read: (inout Packed, RawSpan, inout [StringObject]) throws(RDBError) -> Void
  ) -> (found: [StringObject], error: RDBError?) {
    var found: [StringObject] = []
    let error = failure { () throws(RDBError) in
      try blob.withRawSpan { (span) throws(RDBError) in
        var packed = try Packed(opening: span)
        try read(&packed, span, &found)
      }
    }
    return (found, error)
  }
}
