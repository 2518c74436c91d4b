// Several files that are to become one RDB file.

import RDB
import TestSupport
import Testing

@testable import RDBSift

@Suite("Counts of several files")
struct JoinedCountsTests {
  private static let library = Array("#!lua name=mine\nredis.register_function('f', f)".utf8)

  private static func file(_ header: String = "REDIS0011", _ extra: [UInt8] = []) -> [UInt8] {
    var file = RDBBuilder(header)
    file.raw(extra)
    file.selectDB(2)
    file.string(key: "a", value: "b")
    file.selectDB(7)
    file.string(key: "c", value: "d")
    return file.ended()
  }

  private static func function(_ text: [UInt8]) -> [UInt8] { [245, UInt8(text.count)] + text }

  /// Data of a module that holds one number.
  private static let moduleAux: [UInt8] = [247, 5, 2, 2, 2, 1, 0]

  private func joined(_ files: [[UInt8]]) throws -> [FilteredCounts] {
    let results = try files.map { try countKept($0) }
    return FilteredCounts.joined(results.map(\.summary.parts), results.map(\.metadata))
      .map { $0[0] }
  }

  @Test("a database is told of once, with the keys of all files")
  func sums() throws {
    var small = RDBBuilder("REDIS0009")
    small.selectDB(7)
    small.string(key: "x", value: "y")
    let counts = try joined([Self.file(), small.ended(), Self.file()])
    #expect(counts.allSatisfy { $0.refusals.isEmpty })
    #expect(counts.map { $0.databases[2]?.keys } == [2, nil, 2])
    #expect(counts.map { $0.databases[7]?.keys } == [3, 3, 3])
    #expect(counts.map { $0.databases[7]?.isDeclared } == [false, true, true])
    #expect(counts.map(\.isBehindAnother) == [false, true, true])
    #expect(counts.map { $0.databases[2]?.isDeclared } == [false, nil, true])
  }

  @Test("what cannot stand in one file is refused")
  func refusals() throws {
    let library = Self.function(Self.library)
    let other = Self.function(Array("#!lua name=other\n".utf8))
    let one = Self.file("REDIS0011", library)
    #expect(try joined([one, one])[0].refusals.isEmpty)
    #expect(try joined([one, Self.file()])[0].refusals == [.otherFunctions])
    #expect(try joined([one, Self.file("REDIS0010", other)])[0].refusals == [.otherFunctions])
    #expect(try joined([Self.file(), Self.file("VALKEY080")])[0].refusals == [.otherFormat])
    #expect(
      try joined([Self.file(), Self.file("REDIS0011", Self.moduleAux)])[0].refusals == [.beside])
  }
}
