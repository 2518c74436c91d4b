// Keys that coincide, by their own names or by those that they are to get, in one file or in several:
// all of them are found, exactly, whatever memory there is for it.

import Export
import RDB
import Restore
import Storage
import TestSupport
import Testing

@testable import RDBSift

@Suite("Keys that coincide")
struct CoincidingKeyTests {
  /// Searches files for keys that coincide under a mapping, with room for so many hashes.
  private func search(
    _ files: [[UInt8]], _ mapping: KeyMapping = KeyMapping(), limit: Int = 1 << 20,
    threads: Int = 1
  ) throws -> CoincidingKeys {
    try withBackup(of: files, threads: threads) { backup in
      var request = SweepRequest("comparing", everyRecord)
      request.comparesFiles = true
      request.comparesAllKeys = true
      var collection = KeyCollection()
      collection.mapping = mapping
      collection.limit = limit
      request.collection = collection
      return backup.sweep(request) { _ in IdleVisitor() }.coinciding
    }
  }

  private struct PlacedName: Hashable {
    var database: UInt32
    var name: String

    init(_ database: UInt32, _ name: String) {
      self.database = database
      self.name = name
    }

    init(_ place: CoincidingKey.Place) {
      self.init(place.record.database, String(decoding: place.key, as: UTF8.self))
    }
  }

  /// A file of random names in three databases, and its keys in their order.
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
        placed.append(PlacedName(UInt32(database), "key:\(number)"))
      }
    }
    return (file.ended(), placed)
  }

  @Test("under new names are all found, with little memory as with much, by one thread or more")
  func renamed() throws {
    for seed in UInt64(1)...2 {
      let (bytes, keys) = file(keys: 400, of: 5000, seed: seed)
      var merged = KeyMapping(naming: try naming(["key:(.*)=$1", "x=y"]))
      merged.databases.moved = [2: 0]
      var places: [PlacedName: [PlacedName]] = [:]
      for key in keys {
        let place = PlacedName(key.database == 2 ? 0 : key.database, String(key.name.dropFirst(4)))
        places[place, default: []].append(key)
      }
      let expected = places.filter { $0.value.count > 1 }
      #expect(!expected.isEmpty, "seed \(seed)")
      for (limit, threads) in [(1 << 20, 1), (1 << 20, 3), (48, 1), (48, 3)] {
        let found = try search([bytes], merged, limit: limit, threads: threads)
        #expect(!found.isTruncated && found.keys.count == expected.count, "seed \(seed), \(limit)")
        for key in found.keys {
          let place = PlacedName(key.database, String(decoding: key.name, as: UTF8.self))
          #expect(expected[place] == key.places.map(PlacedName.init), "seed \(seed)")
        }
        // They come in the order of their second records.
        let seconds = found.keys.map { $0.places[1].offset }
        #expect(seconds == seconds.sorted())
      }
    }
  }

  @Test("are found as one pair among many, wherever its hash lies")
  func needle() throws {
    let clean = KeyMapping(naming: try naming(["key:(.*)=$1"]))
    for seed in UInt64(1)...3 {
      let (_, keys) = file(keys: 300, of: 100_000, seed: seed)
      let names = Set(keys.map(\.name)).sorted()
      var file = RDBBuilder()
      for name in names { file.string(key: name, value: "v") }
      #expect(try search([file.ended()], clean, limit: 40).keys.isEmpty)
      let twin = String(names[Int(seed) * 37].dropFirst(4))
      file.string(key: twin, value: "untouched")
      let found = try search([file.ended()], clean, limit: 40, threads: 2).keys
      #expect(found.count == 1 && found.first?.places[1].key == Array(twin.utf8), "seed \(seed)")
    }
  }

  @Test(
    "in two files are told with both places, however they are stored, for any number of threads")
  func files() throws {
    var one = RDBBuilder()
    one.selectDB(0)
    one.string(key: "alone", value: "1")
    let first = one.count
    one.string(key: "12345", value: "1")
    let second = one.count
    one.string(key: "in both", value: "1")
    var two = RDBBuilder()
    two.selectDB(0)
    let third = two.count
    two.string(key: "in both", value: "2")
    let fourth = two.count
    two.byte(0)
    two.integerString(12345)
    two.string("2")
    two.selectDB(1)
    let fifth = two.count
    two.string(key: "alone", value: "another database")
    let sixth = two.count
    two.string(key: "alone", value: "twice in one file")
    for threads in [1, 2, 4] {
      let result = try withBackup(of: [one.ended(), two.ended()], threads: threads) {
        $0.preview(PreviewRequest(everything))
      }
      let shared = result.sharedKeys
      #expect(shared.map(\.name) == [Array("in both".utf8), Array("12345".utf8)])
      #expect(shared.map(\.database) == [0, 0])
      #expect(shared.map { $0.places.map(\.file) } == [[0, 1], [0, 1]])
      // The type byte stands where the record begins.
      #expect(shared.map { $0.places.map(\.offset) } == [[second, third], [first, fourth]])
      #expect(shared.allSatisfy { $0.repetitions.isEmpty })
      let all = result.coinciding.keys
      #expect(all.count == 3 && !result.coinciding.isTruncated)
      #expect(all.last?.places.map(\.offset) == [fifth, sixth])
      #expect(all.last?.firstOfEachFile.count == 1)
    }
  }

  @Test("are none where the files of a cluster are what they should be")
  func none() throws {
    let files = ClusterFiles().shards(of: ClusterFiles.keys(3000), ClusterFiles.ranges(3))
    #expect(try search(files, threads: 2).keys.isEmpty)
  }

  @Test("are compared by their bytes where their hashes are alike")
  func bytes() throws {
    // Every hash is under suspicion, and only what is equal is told.
    let files = [ClusterFiles().file(["a", "b", "c"]), ClusterFiles().file(["d", "b"])]
    let suspects = Set(
      ["a", "b", "c", "d"].map { key in
        Array(key.utf8).withRawSpan {
          KeyHashes.fingerprint(ByteHash.of(ByteHash.of($0), database: 0))
        }
      })
    try withBackup(of: files) { backup in
      let summary = backup.sweep(SweepRequest("comparing", everything)) { _ in
        CoincidingKeyVisitor(suspects, KeyMapping())
      }.merged
      var found = CoincidingKeys()
      found.add(try #require(summary))
      #expect(found.keys.map(\.name) == [Array("b".utf8)])
      #expect(found.keys.first?.places.map(\.file) == [0, 1])
    }
  }

  @Test("tell which records a file has twice, and which is the first of each file")
  func repetitions() throws {
    var builder = RDBBuilder()
    var places: [Int] = []
    for _ in 0..<3 {
      places.append(builder.count)
      builder.string(key: "again", value: "v")
    }
    let thrice = builder.ended()
    for threads in [1, 3] {
      let keys = try search([thrice, ClusterFiles().file(["x"]), thrice], threads: threads).keys
      #expect(keys.count == 1)
      let key = try #require(keys.first)
      #expect(key.places.map(\.file) == [0, 0, 0, 2, 2, 2])
      #expect(key.places.map(\.offset) == places + places)
      #expect(key.firstOfEachFile.map(\.file) == [0, 2])
      #expect(key.firstOfEachFile.map(\.offset) == [places[0], places[0]])
      #expect(key.repetitions.map(\.first.file) == [0, 0, 2, 2])
      #expect(key.repetitions.allSatisfy { $0.first.offset == places[0] })
      #expect(key.repetitions.map(\.next.offset) == [places[1], places[2], places[1], places[2]])
      #expect(key.repetitions.allSatisfy { $0.first.file == $0.next.file })
    }
  }

  @Test("of no interest are those that are not selected")
  func selection() throws {
    let file = ClusterFiles().file(["user:1", "other", "user:1"])
    try withBackup(of: [file, file]) { backup in
      var request = RestoreRequest(now: moment)
      request.patterns = [KeyPattern(keyRegex: "other")]
      let result = backup.preview(PreviewRequest(try request.selection()))
      #expect(result.coinciding.keys.map(\.name) == [Array("other".utf8)])
      #expect(result.facts.keys == 6)
    }
  }

  @Test("keep an export from being written, unless their names keep them apart")
  func export() throws {
    let twice = [ClusterFiles().file(["a", "b"]), ClusterFiles().file(["c", "b"])]
    try withBackup(of: twice, threads: 2) { backup in
      do {
        _ = try backup.prepareExport(as: RESPFormat.self, ExportRequest(everything)) { result in
          #expect(result.sharedKeys.count == 1 && result.isWhole)
        }
        Issue.record("nothing was refused")
      } catch ExportRefusal.coincidingKeys(let found) {
        #expect(found.keys.map(\.name) == [Array("b".utf8)])
      }
    }
    try withBackup(of: [ClusterFiles().file(["a", "b"])]) { backup in
      var request = ExportRequest(everything)
      request.mapping.naming = try naming(["[ab]=c"])
      #expect(throws: ExportRefusal.self) {
        try backup.prepareExport(as: RESPFormat.self, request) { _ in }
      }
      request.mapping.naming = try naming(["([ab])=c$1"])
      let prepared = try backup.prepareExport(as: RESPFormat.self, request) { _ in }
      #expect(prepared.counted?.coinciding.keys.isEmpty == true)
    }
  }
}
