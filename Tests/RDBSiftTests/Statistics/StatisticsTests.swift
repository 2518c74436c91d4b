import Foundation
import Memory
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

@Suite("Statistics")
struct StatisticsTests {
  private static let now = UnixMilliseconds(1_800_000_000_000)

  private func statistics(
    _ paths: [String], threads: Int = 1, limit: Int = 65_536
  ) throws -> Statistics {
    var options = Backup.Options()
    options.threads = threads
    let backup = try Backup(paths, options)
    var request = StatisticsRequest(MemoryModel(.redis, 7, 0, .jemalloc), now: Self.now)
    request.prefixLimit = limit
    request.whatIf = (MemoryModel(.redis, 8, 2, .jemalloc), EncodingLimits())
    var selected = RestoreRequest(now: Self.now)
    selected.keepsExpired = true
    return backup.statistics(try selected.selection(), request).statistics
  }

  @Test("each fixture is the same for any number of threads", arguments: [2, 3, 8])
  func threads(count: Int) throws {
    for fixture in Fixtures.all(upTo: 200_000) where !fixture.name.hasPrefix("synthetic/bad") {
      let one = try statistics([fixture.path], limit: 16)
      let many = try statistics([fixture.path], threads: count, limit: 16)
      #expect(StatisticsText(one) == StatisticsText(many), "\(fixture)")
    }
  }

  @Test("sums over kinds, sizes and prefixes are the total")
  func sums() throws {
    for fixture in Fixtures.all(upTo: 200_000) where !fixture.name.hasPrefix("synthetic/bad") {
      let found = try statistics([fixture.path])
      let total = found.total
      #expect(found.sortedKinds.reduce(0) { $0 + $1.group.memory } == total.memory, "\(fixture)")
      #expect(found.sizes.reduce(0) { $0 + $1.memory } == total.memory, "\(fixture)")
      #expect(found.slots.shards(1)[0].memory == total.memory, "\(fixture)")
      let root = found.prefixes(listing: 10)
      #expect(root.total.memory == total.memory, "\(fixture)")
      #expect(root.total.keys == total.keys, "\(fixture)")
      let certain = MemoryCertainty.allCases.reduce(0) { $0 + total.count($1).memory }
      #expect(certain == total.memory, "\(fixture)")
    }
  }

  @Test("several files are counted as one")
  func several() throws {
    let paths = ["redis-7.0.15/streams", "redis-7.0.15/ttl"].map { Fixtures.named($0).path }
    let whole = try statistics(paths, threads: 2)
    let parts = try paths.map { try statistics([$0]) }
    #expect(whole.total.keys == parts.reduce(0) { $0 + $1.total.keys })
    #expect(whole.total.memory == parts.reduce(0) { $0 + $1.total.memory })
  }

  @Test("expired keys that are still in the file are counted")
  func expired() throws {
    var file = RDBBuilder("REDIS0011")
    for (key, expiry) in [("a", Self.now.rawValue), ("b", Self.now.rawValue + 1)] {
      file.byte(252)
      file.raw((0..<8).map { UInt8(truncatingIfNeeded: expiry >> Int64(8 * $0)) })
      file.byte(0)
      file.string(Array(key.utf8))
      file.string(Array("v".utf8))
    }
    file.byte(255)
    file.raw([UInt8](repeating: 0, count: 8))
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("statistics-\(UInt32.random(in: 0 ... .max)).rdb").path
    try Data(file.bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let found = try statistics([path])
    #expect(found.total.expired == 1)
    #expect(found.total.persistent == 0)
    #expect(found.expiries.spans[0].keys == 1)
    #expect(found.expiries.spans[1].keys == 1)
  }
}

/// Everything that statistics show, as text.
private struct StatisticsText: Equatable {
  private let text: String

  init(_ statistics: Statistics) {
    var lines = statistics.sortedKinds.map { "\($0.kind) \($0.group.keys) \($0.group.memory)" }
    lines.append("\(statistics.total.otherMemory) \(statistics.total.sizes.quantile(0.9))")
    lines += statistics.largest.keys.map { "\($0.key) \($0.number)" }
    lines += statistics.longest.keys.map { "\($0.key) \($0.number)" }
    lines += statistics.slots.largest(5).map { "\($0)" }
    lines += statistics.expiries.fullest(5).map { "\($0)" }
    lines.append("\(statistics.prefixes(listing: 50))")
    text = lines.joined(separator: "\n")
  }
}
