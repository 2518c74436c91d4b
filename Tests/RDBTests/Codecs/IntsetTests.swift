import TestSupport
import Testing

@testable import RDB

@Suite("intset")
struct IntsetTests {
  @Test(
    "numbers of each width are read",
    arguments: [
      (2, [-32768, -1, 0, 1, 32767]),
      (4, [-2_147_483_648, -1, 0, 2_147_483_647]),
      (8, [Int64.min, -1, 0, Int64.max]),
    ] as [(Int, [Int64])])
  func widths(_ width: Int, _ numbers: [Int64]) throws {
    #expect(
      try texts(of: Intset.self, intset(numbers, width: width)) == numbers.map { String($0) })
  }

  @Test("an intset without numbers ends at once", arguments: [2, 4, 8])
  func empty(_ width: Int) throws {
    #expect(try entries(of: Intset.self, intset([], width: width)) == [])
  }

  @Test("the head tells the count that opening tells", arguments: [0, 1, 255, 70_000])
  func headCounts(_ count: Int) throws {
    let told = try counts(of: Intset.self, intset((0..<Int64(count)).map { $0 }, width: 4))
    #expect(told.opened == count && told.head == count)
  }

  @Test("a width that does not exist is corrupt", arguments: [0, 1, 3, 5, 16])
  func width(_ width: Int) {
    var blob: [UInt8] = []
    blob.append(littleEndian: UInt32(width))
    blob += [1, 0, 0, 0] + [UInt8](repeating: 0, count: width)
    #expect(
      packedFailure(of: Intset.self, blob)
        == RDBError(.badIntset, at: 0, number: UInt64(width)))
  }

  @Test("a count that is not the size is corrupt", arguments: [0, 2, 4, 0xffff_ffff] as [UInt32])
  func wrongCount(_ claim: UInt32) {
    #expect(
      packedFailure(of: Intset.self, intset([1, 2, 3], width: 8, count: claim))
        == RDBError(.badIntset, at: 4, number: UInt64(claim)))
  }

  @Test("an intset shorter than its header is corrupt", arguments: 0..<8)
  func tooShort(_ size: Int) {
    let blob = Array(intset([], width: 2).prefix(size))
    #expect(packedFailure(of: Intset.self, blob) == RDBError(.badIntset, at: 0))
  }

  @Test(
    "numbers out of order are noticed only when links are checked", arguments: [[2, 1], [1, 1]])
  func order(_ numbers: [Int64]) throws {
    let blob = intset(numbers, width: 2)
    #expect(packedFailure(of: Intset.self, blob) == RDBError(.badIntset, at: 10))
    #expect(try entries(of: Intset.self, blob, checked: false).count == 2)
  }
}
