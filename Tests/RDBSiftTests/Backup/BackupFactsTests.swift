import RDB
import TestSupport
import Testing

@testable import RDBSift

@Suite("What the files of a backup are together")
struct BackupFactsTests {
  private static let keys = ClusterFiles.keys(4000)

  private func facts(_ files: [[UInt8]]) throws -> BackupFacts {
    BackupFacts(try files.map(origin))
  }

  private func origin(_ file: [UInt8]) throws -> FileOrigin {
    var collection = KeyCollection()
    collection.takesSlots = true
    let result = try collectKeys(file, .alone, collection)
    return FileOrigin(result.metadata, result.keys)
  }

  @Test("the shards of a whole cluster are one, and there is nothing to tell")
  func whole() throws {
    for count in [2, 3, 16] {
      let files = ClusterFiles().shards(of: BackupFactsTests.keys, ClusterFiles.ranges(count))
      let facts = try facts(files)
      #expect(facts.isCluster)
      #expect(facts.findings.isEmpty)
      #expect(facts.keys == UInt64(BackupFactsTests.keys.count))
      #expect(facts.slots.count == Set(BackupFactsTests.keys.map(ClusterFiles.slot)).count)
    }
  }

  @Test("a shard that is missing is a run of slots that chance would not leave empty")
  func missing() throws {
    let ranges = ClusterFiles.ranges(4)
    for gone in ranges.indices {
      var left = ranges
      left.remove(at: gone)
      let facts = try facts(ClusterFiles().shards(of: BackupFactsTests.keys, left))
      guard case .slotsMissing(let missing)? = facts.findings.first, missing.count == 1 else {
        Issue.record("without \(ranges[gone]): \(facts.findings)")
        continue
      }
      // The run may be longer by the empty slots beside it.
      #expect(missing[0].lowerBound <= ranges[gone].lowerBound)
      #expect(missing[0].upperBound >= ranges[gone].upperBound)
      #expect(missing[0].count < ranges[gone].count + 100)
    }
  }

  @Test("a few hundred keys are enough to see a cluster, even with a key that is astray")
  func smallCluster() throws {
    let keys = ClusterFiles.keys(200)
    var files = ClusterFiles().shards(of: keys, ClusterFiles.ranges(3))
    #expect(try facts(files).isCluster)
    let high = keys.filter { ClusterFiles.slot($0) > 10922 }
    files[2] = ClusterFiles().file(high + ["{\(keys[0])}astray"])
    #expect(try facts(files).isCluster)
  }

  @Test("a few keys are too few to miss a shard")
  func fewKeys() throws {
    let keys = ClusterFiles.keys(40)
    let facts = try facts(ClusterFiles().shards(of: keys, ClusterFiles.ranges(3)))
    #expect(facts.findings.isEmpty)
  }

  @Test("one slot in two shards is told with both of them")
  func overlap() throws {
    var files = ClusterFiles().shards(of: BackupFactsTests.keys, ClusterFiles.ranges(3))
    let low = BackupFactsTests.keys.filter { ClusterFiles.slot($0) < 5461 }
    let high = BackupFactsTests.keys.filter { ClusterFiles.slot($0) > 10922 }
    let guest = "{\(low[0])}guest"
    files[2] = ClusterFiles().file(high + [guest])
    let slot = ClusterFiles.slot(low[0])
    #expect(try facts(files).findings == [.slotsOverlap(0, 2, [slot...slot])])
  }

  @Test("files of many databases, or of keys in any slot, are no cluster and raise no alarm")
  func noCluster() throws {
    let keys = BackupFactsTests.keys
    let halves = [
      ClusterFiles().file(keys.filter { $0.utf8.count % 2 == 0 }),
      ClusterFiles().file(keys.filter { $0.utf8.count % 2 == 1 }),
    ]
    let apart = try facts(halves)
    #expect(!apart.isCluster && apart.findings.isEmpty)
    let databases = (0..<3).map { database in
      ClusterFiles().file(
        keys.filter { ClusterFiles.ranges(3)[database].contains(ClusterFiles.slot($0)) },
        database: UInt64(database))
    }
    let many = try facts(databases)
    #expect(!many.isCluster && many.findings.isEmpty)
  }

  @Test("files that tell of slots are a cluster's, however few keys they have")
  func hints() throws {
    var builder = RDBBuilder("REDIS0012")
    builder.selectDB(0)
    builder.byte(244)
    for number in [UInt64(ClusterFiles.slot("a")), 1, 0] { builder.length(number) }
    builder.string(key: "a", value: "1")
    #expect(try facts([builder.ended(), ClusterFiles().file([])]).isCluster)
    let valkey = ClusterFiles().file(["a"], aux: [("slot-info", "15495,1,0")])
    #expect(try facts([valkey, ClusterFiles().file([])]).isCluster)
  }

  @Test("files begun far apart, of other versions or of one replication are pointed out")
  func servers() throws {
    let ranges = ClusterFiles.ranges(3)
    var later = ClusterFiles()
    later.created = "1795503600"
    later.version = "6.2.16"
    let id = [("repl-id", String(repeating: "a", count: 40))]
    let parts = ranges.map { range in
      BackupFactsTests.keys.filter { range.contains(ClusterFiles.slot($0)) }
    }
    let files = [
      ClusterFiles().file(parts[0], aux: id), later.file(parts[1]),
      ClusterFiles().file(parts[2], aux: id),
    ]
    #expect(
      try facts(files).findings == [
        .savedApart(first: 0, last: 1, milliseconds: 3_600_000), .serversDiffer(0, 1),
        .sameReplication(0, 2),
      ])
    var near = ClusterFiles()
    near.created = "1795500600"
    #expect(try facts([ClusterFiles().file(parts[0]), near.file(parts[1])]).created != nil)
    let findings = try facts([ClusterFiles().file(parts[0]), near.file(parts[1])]).findings
    #expect(!findings.contains { if case .savedApart = $0 { true } else { false } })
  }

  @Test("shared slots and changes between sets are counted in one pass over each set")
  func census() {
    var random = SeededRandom(for: "sets of slots")
    for count in [1, 2, 7, 40] {
      let sets = (0..<count).map { _ in
        SlotSet(
          (0..<random.below(12)).map { _ in
            let first = UInt16(random.below(16_000))
            return first...(first + UInt16(random.below(300)))
          })
      }
      var shared = 0
      for (index, set) in sets.enumerated() {
        for other in sets[..<index] { shared += set.intersection(other).count }
      }
      let owned = sets.enumerated().flatMap { number, set in
        set.ranges.flatMap { $0.map { (slot: $0, set: number) } }
      }.sorted { ($0.slot, $0.set) < ($1.slot, $1.set) }
      let census = SlotCensus(sets)
      #expect(census.total == owned.count && census.sharedPairs == Double(shared))
      #expect(census.changes == zip(owned, owned.dropFirst()).count { $0.set != $1.set })
      #expect(census.squares == sets.reduce(0) { $0 + Double($1.count * $1.count) })
      #expect(census.steps == (count + 1) * HashSlot.count)
    }
  }
}
