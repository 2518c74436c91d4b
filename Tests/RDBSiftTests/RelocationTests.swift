// Keys under other names and in other databases: whether two of them end at one place is found out
// exactly, whatever memory there is for it.

import Export
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Keys that go elsewhere")
struct RelocationTests {
  private func naming(_ rules: [String], prefix: String = "") throws -> KeyNaming {
    try KeyNaming(
      try rules.enumerated().map { try RenameRule(Array($1.utf8), index: $0) },
      prefix: Array(prefix.utf8))
  }

  private func collisions(
    _ file: [UInt8], _ relocation: KeyMapping, limit: Int = 1 << 20, threads: Int = 1
  ) throws -> [NameCollision] {
    var search = CollisionSearch(Selection(now: moment), relocation, threads: threads)
    search.limit = limit
    return try search.collisions { worker in
      try run(file, threads: threads) { () throws(JobFailure) in worker() }.result.summaries
    } read: { worker in
      try run(file, threads: threads) { () throws(JobFailure) in worker() }.result.summaries
    }
  }

  /// Keys of a file of random names in three databases, in its order.
  private func file(keys: Int, of names: Int, seed: UInt64) -> (bytes: [UInt8], keys: [PlacedName])
  {
    var random = SeededRandom(seed: seed)
    var file = RDBBuilder()
    var placed: [PlacedName] = []
    for database in 0..<3 {
      file.selectDB(UInt64(database))
      var seen: Set<Int> = []
      for _ in 0..<keys {
        let number = random.below(names)
        guard seen.insert(number).inserted else { continue }
        file.string(key: "key:\(number)", value: "v")
        placed.append(PlacedName(database: UInt32(database), name: "key:\(number)"))
      }
    }
    return (file.ended(), placed)
  }

  private struct PlacedName: Hashable {
    var database: UInt32
    var name: String
  }

  @Test("keys that become one are found, with little memory as with much, by one thread or more")
  func found() throws {
    for seed in UInt64(1)...2 {
      let (bytes, keys) = file(keys: 400, of: 5000, seed: seed)
      var merged = KeyMapping(naming: try naming(["key:(.*)=$1", "x=y"]))
      merged.databases.moved = [2: 0]
      var places: [PlacedName: [PlacedName]] = [:]
      for key in keys {
        let place = PlacedName(
          database: key.database == 2 ? 0 : key.database, name: String(key.name.dropFirst(4)))
        places[place, default: []].append(key)
      }
      let expected = places.filter { $0.value.count > 1 }
      #expect(!expected.isEmpty, "seed \(seed)")
      for (limit, threads) in [(1 << 20, 1), (1 << 20, 3), (48, 1), (48, 3)] {
        let found = try collisions(bytes, merged, limit: limit, threads: threads)
        // With little memory those of one range are enough.
        #expect(!found.isEmpty && (found.count == expected.count || limit == 48), "seed \(seed)")
        for collision in found {
          let place = PlacedName(
            database: collision.database, name: String(decoding: collision.name, as: UTF8.self))
          let sources = [collision.first, collision.second].map {
            PlacedName(database: $0.database, name: String(decoding: $0.key, as: UTF8.self))
          }
          #expect(expected[place] == sources, "seed \(seed)")
        }
      }
    }
  }

  @Test("one pair among many keys is found wherever its number lies")
  func needle() throws {
    let clean = try naming(["key:(.*)=$1"])
    for seed in UInt64(1)...3 {
      let (_, keys) = file(keys: 300, of: 100_000, seed: seed)
      let names = Set(keys.map(\.name)).sorted()
      var file = RDBBuilder()
      for name in names { file.string(key: name, value: "v") }
      #expect(try collisions(file.ended(), KeyMapping(naming: clean), limit: 40).isEmpty)
      let twin = String(names[Int(seed) * 37].dropFirst(4))
      file.string(key: twin, value: "untouched")
      let found = try collisions(file.ended(), KeyMapping(naming: clean), limit: 40, threads: 2)
      #expect(found.count == 1 && found.first?.second.key == Array(twin.utf8), "seed \(seed)")
    }
  }

  @Test("only rules and joined databases need the question")
  func question() throws {
    func mayCollide(_ naming: KeyNaming, _ moved: [UInt32: UInt32], single: Bool = false) -> Bool {
      var relocation = KeyMapping(naming: naming)
      relocation.databases.moved = moved
      relocation.databases.isSingle = single
      return relocation.mayCollide
    }
    let prefixed = try naming([], prefix: "new:")
    #expect(!mayCollide(.identity, [:]))
    #expect(!mayCollide(prefixed, [:]))
    #expect(!mayCollide(prefixed, [0: 3, 3: 0]))
    #expect(mayCollide(prefixed, [3: 0]))
    #expect(mayCollide(.identity, [0: 7, 1: 7, 7: 0]))
    #expect(mayCollide(.identity, [:], single: true))
    #expect(mayCollide(try naming(["a=b"]), [:]))
  }

  @Test("different places have different numbers, equal ones the same")
  func hashes() {
    var seen: [NameHash: String] = [:]
    for database in UInt32(0)..<4 {
      for number in 0..<4000 {
        let text = "\(number % 17 == 0 ? "" : "a-longer-prefix:")\(number)"
        Array(text.utf8).withRawSpan { name in
          let hash = NameHash(database: database, name: name)
          #expect(hash == NameHash(database: database, name: name))
          #expect(seen.updateValue(text, forKey: hash) == nil, "\(database) \(text)")
        }
      }
    }
    // Names of zeros differ in nothing but their length.
    let zeros = (0..<40).map { [UInt8](repeating: 0, count: $0) }
    #expect(
      Set(zeros.map { $0.withRawSpan { NameHash(database: 0, name: $0) } }).count == zeros.count)
  }
}
