// What a restore does to the data that is there now, against a naive twin: dictionaries of values that
// are spelled at length.

import Export
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("A comparison with what is there now") struct ComparisonTests {
  /// What a comparison found, and its list.
  private struct Found: Equatable {
    var keys: [RestoreEffect: UInt64] = [:]
    var byDatabase: [RestoreEffect: [UInt32: UInt64]] = [:]
    var list: [String] = []
  }

  private func compare(
    _ backup: [UInt8], _ present: [UInt8], _ selection: RestoreSelection,
    _ shape: PoolShape = .alone
  ) throws -> Found {
    let builder = KeyIndexBuilder(DigestKey(3, 4))
    _ = try visit(present, shape, selecting: selection.onCurrentNames) {
      KeyIndexVisitor(builder, now: selection.now)
    }
    var request = PreviewRequest(selection)
    request.currentKeys = builder.finish(threads: shape.threads)
    request.list = PreviewListFormat(
      RowSyntax(.ndjson), patterns: selection.filter.keys.patterns.map(\.bytes), files: nil)
    let keys = try #require(request.currentKeys)
    let swept = try preview(backup, shape, request: request)
    var summary = swept.summary
    let comparison = try #require(summary.comparison)
    let rest = try visit(present, shape, selecting: selection.onCurrentKeys) { [request] in
      DeletedKeyVisitor(
        keys, restored: comparison.restoredPlaces,
        request.list.map { PreviewLister($0, file: 0) }, file: 0)
    }
    summary.add(rest.summary)
    return try found(summary, swept.bytes + rest.bytes)
  }

  private func found(_ summary: PreviewSummary, _ list: [UInt8]) throws -> Found {
    let comparison = try #require(summary.comparison)
    var found = Found()
    for effect in RestoreEffect.allCases {
      let tally = comparison.tally(effect)
      found.keys[effect] = tally.restored.keys
      found.byDatabase[effect] = Dictionary(
        uniqueKeysWithValues: tally.restoredByDatabase.map { ($0.database, $0.totals.keys) })
    }
    found.list = String(decoding: list, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(summary.rows == UInt64(found.list.count))
    return found
  }

  /// What a file holds, by database and key: the record, and its value spelled at length.
  private func contents(_ file: [UInt8]) throws -> [Name: (record: RDBRecord, text: String)] {
    let scanned = ScannedFile(scanning: file)
    var contents: [Name: (record: RDBRecord, text: String)] = [:]
    try file.withRawSpan { span in
      for record in scanned.records {
        let name = Name(database: record.database, key: try record.keyBytes(in: span))
        var text = "\(record.type) \(Array(copying: span.extracting(record.value.range)))"
        if record.type.isDecoded(in: scanned.context.dialect) {
          text = try collect(record.type, scanned.context, in: span, at: record.valueOffset).content
        }
        contents[name] = (record, text)
      }
    }
    return contents
  }

  private struct Name: Hashable {
    var database: UInt32
    var key: [UInt8]
  }

  /// The naive twin, for selections by database and key alone.
  private func naive(
    _ backup: [UInt8], _ present: [UInt8], _ selection: RestoreSelection
  ) throws -> [RestoreEffect: UInt64] {
    let now = selection.now
    var matcher = KeyMatcher(selection.filter.keys)
    func isAsked(_ name: Name) throws -> Bool {
      guard selection.filter.databases?.contains(name.database) ?? true else { return false }
      return try name.key.withRawSpan { (key) throws(KeyMatchError) in try matcher.matches(key) }
    }
    let there = try contents(present).filter { entry in
      try isAsked(entry.key) && entry.value.record.expiry.map { $0 > now } ?? true
    }
    var counts: [RestoreEffect: UInt64] = [:]
    for effect in RestoreEffect.allCases { counts[effect] = 0 }
    var back: Set<Name> = []
    for (name, value) in try contents(backup) where try isAsked(name) {
      guard case .restore(let expiry) = selection.disposition(ofExpiry: value.record.expiry) else {
        continue
      }
      back.insert(name)
      guard let other = there[name] else {
        counts[.created, default: 0] += 1
        continue
      }
      let effect: RestoreEffect =
        other.text != value.text
        ? .changed : other.record.expiry != expiry ? .expiryChanged : .unchanged
      counts[effect, default: 0] += 1
    }
    counts[.deleted] = UInt64(there.keys.count { !back.contains($0) })
    return counts
  }

  private static let pairs: [(String, String)] = [
    ("redis-2.2.15/all", "redis-8.6.3/ttl"), ("redis-6.2.16/all", "redis-7.2.6/all"),
    ("redis-7.2.6/all", "valkey-8.1.8/all"), ("redis-2.8.24/all", "redis-7.4.1/all"),
    ("redis-5.0.14/streams", "redis-7.0.15/streams"), ("redis-7.4.1/hfe", "redis-8.6.3/hfe"),
    ("redis-7.4.1/tair", "redis-6.2.16/tair"), ("redis-4.0.14/ttl", "redis-7.0.15/multidb"),
    ("redis-7.0.15/multidb", "redis-4.0.14/empty"), ("redis-4.0.14/empty", "redis-6.2.16/keys"),
    ("redis-6.2.16/keys", "valkey-9.1.2/keys"),
    ("redis-7.2.6/sets", "redis-unstable-20260625/sets"),
  ]

  @Test("finds what dictionaries find, and the same with any threads", arguments: pairs)
  func twins(backup: String, present: String) throws {
    let files = (try Fixtures.bytes(backup), try Fixtures.bytes(present))
    var request = RestoreRequest(now: moment)
    var selections = [try request.selection()]
    request.filterKeys = [FilterKey("[a-m].*,.*[0-9]")]
    request.databases = [0, 2]
    selections.append(try request.selection())
    // Half a year later, moved by a day.
    request.fileTime = UnixMilliseconds(1_700_000_000_000)
    request.timeShift = "2023-11-15T22:13:20Z"
    request.now = UnixMilliseconds(1_715_000_000_000)
    selections.append(try request.selection())
    for selection in selections {
      let found = try compare(files.0, files.1, selection)
      #expect(found.keys == (try naive(files.0, files.1, selection)))
      for effect in RestoreEffect.allCases {
        #expect(found.byDatabase[effect]?.values.reduce(0, +) == found.keys[effect])
        let rows = found.list.count { $0.contains("\"effect\":\"\(effect.name)\"") }
        #expect(UInt64(rows) == found.keys[effect])
      }
      for shape in PoolShape.small {
        #expect(try compare(files.0, files.1, selection, shape) == found, "\(shape)")
      }
    }
  }

  @Test(
    "finds values of all five kinds the same in other layouts, and a key of another type changed")
  func encodings() throws {
    var one = RDBBuilder()
    one.record(
      11, key: "set", value: [UInt8(intset([1, 2], width: 2).count)] + intset([1, 2], width: 2))
    one.string(key: "number", value: "12")
    one.string(key: "other", value: "x")
    one.record(1, key: "list", value: [2, 1, 0x61, 1, 0x62])
    var two = RDBBuilder()
    two.record(2, key: "set", value: [2, 1, 0x32, 1, 0x31])
    two.key(0, "number")
    two.integerString(12)
    two.record(1, key: "other", value: [1, 1, 0x78])
    two.record(1, key: "list", value: [2, 1, 0x62, 1, 0x61])
    let found = try compare(one.ended(), two.ended(), everything)
    #expect(found.keys[.unchanged] == 2)
    #expect(found.keys[.changed] == 2)
  }

  @Test("a key that comes back too late is deleted, one that is not asked for is left alone")
  func late() throws {
    var backup = RDBBuilder()
    backup.expireMS(5)
    backup.string(key: "late", value: "v")
    backup.string(key: "back", value: "v")
    var present = RDBBuilder()
    present.string(key: "late", value: "v")
    present.string(key: "new", value: "v")
    present.string(key: "unasked", value: "v")
    present.expireMS(19)
    present.string(key: "gone", value: "v")
    present.expireMS(21)
    present.string(key: "back", value: "v")
    var request = RestoreRequest(now: UnixMilliseconds(20))
    request.filterKeys = [FilterKey("late,back,new,gone")]
    let found = try compare(backup.ended(), present.ended(), try request.selection())
    #expect(
      found.keys == [.created: 0, .changed: 0, .expiryChanged: 1, .unchanged: 0, .deleted: 2])
    let keys = found.list.map { $0.split(separator: "\"")[5] }
    #expect(keys == ["late", "back", "late", "new"])
  }

  @Test("what is asked for by type deletes no key of another, but replaces it")
  func types() throws {
    var backup = RDBBuilder()
    backup.string(key: "a", value: "v")
    var present = RDBBuilder()
    present.record(1, key: "a", value: [1, 1, 0x78])
    present.record(1, key: "b", value: [1, 1, 0x78])
    present.string(key: "c", value: "v")
    var request = RestoreRequest(now: UnixMilliseconds(20))
    request.types = ["string"]
    let found = try compare(backup.ended(), present.ended(), try request.selection())
    #expect(
      found.keys == [.created: 0, .changed: 1, .expiryChanged: 0, .unchanged: 0, .deleted: 1])
    #expect(found.list.last?.contains("\"key\":\"c\"") == true)
  }

  @Test("a value that makes no sense ends it, and is named")
  func damage() throws {
    var broken = RDBBuilder()
    broken.record(20, key: "bad", value: [3, 1, 2, 3])
    let result = try visit(broken.ended()) {
      KeyIndexVisitor(KeyIndexBuilder(DigestKey(1, 2)), now: UnixMilliseconds(0))
    }.result
    guard case .damage(let damage)? = result.failure else {
      Issue.record("no damage")
      return
    }
    #expect(damage.error.reason == .badListpack)
    #expect(damage.key == Array("bad".utf8))
  }
}
