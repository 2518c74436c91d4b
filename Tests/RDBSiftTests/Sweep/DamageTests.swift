// Damage ends a sweep at the same record for any number of threads, and what was written before it
// is whole.

import Export
import Foundation
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Damage inside a file")
struct DamageTests {
  private static let shapes =
    PoolShape.small + [PoolShape(threads: 4, jobBytes: 100_000, jobRecords: 1000)]

  /// A file of all kinds of records, and where the middle part of it begins.
  private static func parts(seed: UInt64) -> (before: [UInt8], after: [UInt8]) {
    var file = LargeFile(seed: seed)
    file.fill(to: 60_000)
    let middle = file.count
    file.fill(to: 120_000)
    let bytes = file.bytes
    return (Array(bytes[..<middle]), Array(bytes[middle...]))
  }

  /// Records that a scan cannot step over, or that only a walk finds wrong.
  private static let broken: [(name: String, record: [UInt8])] = [
    ("an unknown type", [0x63, 0x01, 0x6b]),
    ("a listpack with too few elements", listpack(claiming: 9)),
    ("a listpack with too many elements", listpack(claiming: 2)),
    ("a value whose LZF data is damaged", [0x00, 0x01, 0x6b, 0xc3, 0x02, 0x20, 0xff, 0xff]),
    ("a key whose LZF data is damaged", [0x00, 0xc3, 0x02, 0x20, 0xff, 0xff, 0x01, 0x76]),
  ]

  private static func listpack(claiming count: UInt16) -> [UInt8] {
    var pack = ListpackBuilder()
    for index in 0..<4 { pack.string("element \(index)") }
    var record = RDBBuilder.bare
    record.key(20, "k")
    record.string(pack.bytes(count: count))
    return record.bytes
  }

  @Test("ends an export at the same record, behind a whole command")
  func exports() throws {
    for (name, record) in DamageTests.broken {
      let (before, after) = DamageTests.parts(seed: 21)
      let file = before + record + after
      let alone = try export(file)
      let damage = try #require(alone.result.failure?.damage, "\(name)")
      #expect(damage.start == before.count, "\(name)")
      #expect(try !readCommands(alone.bytes).isEmpty, "\(name)")
      for shape in DamageTests.shapes {
        let together = try export(file, shape)
        #expect(together.result.failure?.damage == damage, "\(name) \(shape)")
        #expect(ByteString(together.bytes) == ByteString(alone.bytes), "\(name) \(shape)")
        #expect(together.notes == alone.notes, "\(name) \(shape)")
      }
    }
  }

  @Test("of one thread and of many is that of the first of two damaged records")
  func twice() throws {
    let (before, after) = DamageTests.parts(seed: 22)
    let (walked, scanned) = (DamageTests.broken[1].record, DamageTests.broken[0].record)
    for file in [before + walked + after + scanned, before + walked + walked + scanned] {
      for shape in DamageTests.shapes {
        let result = try export(file, shape).result
        #expect(result.failure?.damage?.start == before.count, "\(shape)")
      }
    }
  }

  @Test("that is an end too early leaves whole commands and whole rows, at any cut")
  func cuts() throws {
    var random = SeededRandom(for: "cuts of files")
    let (before, after) = DamageTests.parts(seed: 23)
    let whole = before + after
    for _ in 0..<12 {
      let file = Array(whole[..<(9 + random.below(whole.count - 9))])
      let exported = try export(file)
      #expect(exported.result.failure?.damage?.error.reason == .truncated)
      _ = try readCommands(exported.bytes)
      for format in RowFormat.allCases {
        let listed = try list(file, format)
        #expect(listed.result.failure != nil)
        expectWhole(listed.bytes, format)
        for shape in DamageTests.shapes.suffix(2) {
          let together = try list(file, format, shape)
          #expect(ByteString(together.bytes) == ByteString(listed.bytes))
        }
      }
      for shape in DamageTests.shapes.suffix(2) {
        let together = try export(file, shape)
        #expect(ByteString(together.bytes) == ByteString(exported.bytes))
        #expect(together.result.failure?.damage == exported.result.failure?.damage)
      }
    }
  }

  private func expectWhole(_ bytes: [UInt8], _ format: RowFormat) {
    if bytes.isEmpty { return }
    if format == .json {
      let array = Data("[".utf8) + Data(bytes) + Data("]".utf8)
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: array) }
    } else {
      #expect(bytes.last == 0x0a)
    }
  }

  @Test("of the header is thrown, and nothing is written")
  func header() throws {
    for bytes in [[], Array("REDIS".utf8), Array("RUDIS0011".utf8) + [255]] {
      for threads in [1, 4] {
        #expect(throws: JobFailure.self) { try export(bytes, .threads(threads)) }
      }
    }
  }
}

extension JobFailure {
  /// The damage, if it is that.
  var damage: Damage? {
    if case .damage(let damage) = self { damage } else { nil }
  }

  /// The error of the system, if it is that.
  var system: SystemError? {
    if case .system(let error) = self { error } else { nil }
  }
}
