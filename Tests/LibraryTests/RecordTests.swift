// Records and values through the public interface alone.

import Foundation
import RDB
import RDBSift
import Synchronization
import TestSupport
import Testing

@Suite("The records of a backup") struct RecordTests {
  @Test("a cursor finds the records that forEachRecord passes, in order")
  func cursor() throws {
    let backup = try Backup(paths: [sample("shop.rdb")])
    var offsets: [Int] = []
    try backup.forEachRecord { offsets.append($0.offset) }
    var records = try backup.records()
    var found: [Int] = []
    while let record = try records.next() { found.append(record.offset) }
    #expect(found == offsets && offsets.count == 737)
    #expect(offsets == offsets.sorted())
    #expect(records.files.map(\.checksum) == [.valid])
    #expect(records.files.first?.server == "Redis 7.0.15")
    #expect(try records.next() == nil)
  }

  @Test("several threads pass every record once")
  func concurrent() throws {
    var options = Backup.Options()
    options.threads = 4
    let backup = try Backup(paths: [sample("shop.rdb")], options: options)
    let found = Mutex<[StoredString]>([])
    try backup.forEachRecordConcurrently { record in
      _ = try record.value.json()
      found.withLock { $0.append(record.key) }
    }
    #expect(try found.withLock { $0.sorted() } == keys(backup))
  }

  @Test("a selection composes, and a limit ends it")
  func selection() throws {
    let backup = try Backup(paths: [sample("shop.rdb")])
    var carts = try Selection(keys: .regex("cart:.*"))
    let all = try keys(backup, carts)
    #expect(all.count > 10 && all.allSatisfy { $0.starts(with: "cart:".utf8) })
    #expect(try keys(backup, Selection(keys: .glob("cart:*"))) == all)
    #expect(try keys(backup, Selection(keys: .search("^cart:"))) == all)
    // Two databases have the first key.
    #expect(try keys(backup, Selection(keys: .literal(all[0]))) == [all[0], all[0]])
    #expect(
      try keys(backup, Selection(keys: .any(of: [.literal(all[0]), .literal("none")])))
        == [all[0], all[0]])
    #expect(try keys(backup, Selection(keys: .regex("CART:.*").ignoringCase)) == all)
    #expect(
      try keys(backup, Selection(keys: .glob("cart:*"), excluding: .literal(all[0])))
        == Array(all.dropFirst(2)))
    carts.limit = 3
    #expect(try keys(backup, carts).count == 3)
    carts.limit = nil
    carts.types = [.string]
    let strings = try keys(backup, carts).count
    carts.types = [.hash]
    #expect(try keys(backup, carts).count + strings == all.count)
    carts.databases = [15]
    #expect(try keys(backup, carts).isEmpty)
  }

  @Test("a pattern that does not compile is refused with its place")
  func badPattern() throws {
    let error = #expect(throws: SiftError.self) { try Selection(keys: .regex("cart:(")) }
    #expect(error?.code == .pattern && error?.offset == 6)
  }

  @Test("values are read by their types, and as JSON")
  func values() throws {
    let backup = try Backup(paths: [sample("types.rdb")])
    var kinds: Set<ValueType> = []
    try backup.forEachRecord { record in
      kinds.insert(record.type)
      guard record.value.isDecoded else { return }
      var count = 0
      try record.value.forEachElement { _ in count += 1 }
      if let elements = record.elementCount { #expect(count == elements, "\(record)") }
      #expect(!(try record.value.json()).isEmpty)
      switch record.type {
      case .string: #expect(try record.value.string() != nil)
      case .hash: try record.value.forEachField { name, _ in #expect(name.count >= 0) }
      case .list, .set: try record.value.forEachItem { _ in count -= 1 }
      case .sortedSet: try record.value.forEachMember { #expect(!$1.isNaN, "\($0)") }
      case .stream: try record.value.forEachEntry { #expect($0.id.contains("-")) }
      default: break
      }
      let size = record.value.withSerializedBytes { $0.byteCount }
      #expect(size > 0 && size < record.size)
    }
    #expect(kinds.isSuperset(of: [.string, .hash, .list, .set, .sortedSet, .stream]))
  }

  @Test("asking for another type is an error that names it")
  func wrongType() throws {
    let backup = try Backup(paths: [sample("types.rdb")])
    var strings = Selection.everything
    strings.types = [.string]
    strings.limit = 1
    try backup.forEachRecord(strings) { record in
      let error = #expect(throws: SiftError.self) { try record.value.forEachField { _, _ in } }
      #expect(error?.code == .valueType && error?.key == record.key)
    }
  }

  struct Own: Error {}

  @Test("errors of closures come through as they are")
  func closures() throws {
    let backup = try Backup(paths: [sample("shop.rdb")])
    #expect(throws: Own.self) { try backup.forEachRecord { _ in throw Own() } }
    #expect(throws: Own.self) { try backup.forEachRecordConcurrently { _ in throw Own() } }
    #expect(throws: Own.self) {
      try backup.forEachRecord { try $0.value.forEachElement { _ in throw Own() } }
    }
    #expect(throws: Own.self) {
      try backup.forEachRecord { try $0.key.withBytes { _ throws(Own) in throw Own() } }
    }
    #expect(throws: Own.self) {
      try backup.export(as: .json, to: .closure { _ in throw Own() })
    }
    var scratch = Scratch()
    #expect(throws: Own.self) {
      try StoredString([0]).withBytes { bytes in
        try scratch.withBytes(of: .integer(1), in: bytes) { _ throws(Own) in throw Own() }
      }
    }
  }

  @Test("records of a compressed file outlive the cursor")
  func compressed() throws {
    try withFolder { folder in
      let path = folder + "shop.rdb.gz"
      try Data(Packed.gzip(contents(sample("shop.rdb")))).write(to: URL(fileURLWithPath: path))
      var packed: [Record] = []
      try Backup(paths: [path]).forEachRecord { packed.append($0) }
      var plain: [Record] = []
      try Backup(paths: [sample("shop.rdb")]).forEachRecord { plain.append($0) }
      #expect(packed.map(\.offset) == plain.map(\.offset))
      #expect(try packed.map { try $0.value.json() } == plain.map { try $0.value.json() })
    }
  }

  @Test("a sink of one's own gets the elements and their places")
  func ownSink() throws {
    struct Lengths: ValueSink {
      static var decodes: Bool { true }
      var sum = 0
      mutating func begin(_ shape: ValueShape, count: Int?) {}
      mutating func item(_ item: StringObject, in bytes: RawSpan) { sum += item.count }
      mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {
        sum += field.count + value.count
      }
      mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {
        sum += member.count
      }
    }
    let backup = try Backup(paths: [sample("shop.rdb")])
    var (sink, expected) = (Lengths(), 0)
    try backup.forEachRecord { record in
      guard record.type != .stream else { return }
      try record.value.walk(into: &sink)
      try record.value.forEachElement { element in
        switch element {
        case .item(let item): expected += item.count
        case .member(let member, _): expected += member.count
        case .field(let field): expected += field.name.count + field.value.count
        case .entry: break
        }
      }
    }
    #expect(sink.sum == expected && expected > 0)
  }
}
