// A filtered file, loaded by a server of the source's version, holds what the selection keeps of what
// the server loads from the source.

import Export
import Foundation
import RDB
import RDBSift
import Restore
import Storage
import TestSupport
import Testing

@Suite("Filtered files in a server", .enabled(if: RedisServer.isInstalled), .serialized)
struct ServerFilteredFileTests {
  /// What a server holds and nothing was deleted from.
  private struct Held: Equatable {
    var digest: String
    var expiries: [PlacedKey: Int64]
    var functions: Reply
  }

  /// Loads a file, and then deletes the keys that are not in `kept`, if it is given.
  private func load(
    _ file: [UInt8], _ server: RedisServer, keeping kept: Set<PlacedKey>? = nil
  ) throws -> Held {
    try server.empty()
    try server.load(file)
    var expiries: [PlacedKey: Int64] = [:]
    for database in try server.sizes().keys.sorted() {
      _ = try server.ask("SELECT", String(database))
      let keys = try server.ask("KEYS", "*").elements.compactMap(\.bytes)
      for key in keys {
        let place = PlacedKey(database: database, key: ByteString(key))
        if let kept, !kept.contains(place) {
          _ = try server.ask(all: [[Array("DEL".utf8), key]])
        } else {
          let reply = try server.ask(all: [[Array("PEXPIRETIME".utf8), key]])[0]
          expiries[place] = reply.integer ?? .min
        }
      }
    }
    _ = try server.ask("SELECT", "0")
    return Held(
      digest: try server.ask("DEBUG", "DIGEST").text ?? "", expiries: expiries,
      functions: try server.ask("FUNCTION", "LIST", "WITHCODE"))
  }

  private func keys(of file: [UInt8]) throws -> Set<PlacedKey> {
    try file.withRawSpan { (span) throws in
      Set(
        try ScannedFile(scanning: file).records.map {
          PlacedKey(
            database: Int($0.database), key: ByteString(try $0.keyBytes(in: span)))
        })
    }
  }

  private static func selections(now: UnixMilliseconds) throws -> [RestoreSelection] {
    var some = RestoreRequest(now: now)
    some.filterKeys = [FilterKey(".*[aeiou0-4]")]
    var database = RestoreRequest(now: now)
    database.databases = [0, 3, 5]
    var slots = RestoreSelection(now: now)
    slots.filter.slots = 5000...12000
    return [RestoreSelection(now: now), try some.selection(), try database.selection(), slots]
  }

  /// A filtered file; nil where the program makes none, since members have deadlines (KeyDB).
  private func filteredUnlessRefused(
    _ source: [UInt8], _ selection: RestoreSelection
  ) throws -> [UInt8]? {
    do {
      return try filtered(source, selection)
    } catch ExportRefusal.format(let refusals) {
      #expect(refusals.allSatisfy { $0.reason == .memberExpiries })
      return nil
    }
  }

  @Test("a filtered file loads, and holds what is left of the source when the rest is deleted")
  func digests() throws {
    var server = try RedisServer()
    var (loaded, kept) = (0, 0)
    for fixture in Fixtures.all + Fixtures.shared {
      let source = try fixture.bytes()
      let scan = ScannedFile(scanning: source)
      guard scan.error == nil, let header = scan.header, !header.isValkey, header.version <= 10
      else { continue }
      for selection in try Self.selections(now: currentTime()) {
        guard server.isRunning else {
          server = try RedisServer()
          break
        }
        guard let filtered = try filteredUnlessRefused(source, selection) else { break }
        let wanted = try keys(of: filtered)
        guard let original = try? load(source, server, keeping: wanted) else {
          // What the server does not load as a whole is no example.
          if !server.isRunning { server = try RedisServer() }
          break
        }
        loaded += 1
        kept += wanted.count
        #expect(try load(filtered, server) == original, "\(fixture)")
      }
    }
    print("the server loaded \(loaded) filtered files of \(kept) keys")
    #expect(loaded > 200 && kept > 3000)
  }

  @Test("moved expiries are the old ones and the shift")
  func shifts() throws {
    let server = try RedisServer()
    let now = currentTime()
    let reference = UnixMilliseconds(1_262_304_000_000)
    let selection = RestoreSelection(
      reference: reference, shift: TimeShift(from: reference, to: now), now: now)
    var compared = 0
    for name in ["redis-7.0.15/ttl", "redis-6.2.16/ttl", "redis-4.0.14/lru", "redis-2.6.17/ttl"] {
      let source = try Fixtures.bytes(name)
      let held = try load(try filtered(source, selection), server)
      try source.withRawSpan { (span) throws in
        for record in ScannedFile(scanning: source).records {
          let place = PlacedKey(
            database: Int(record.database), key: ByteString(try record.keyBytes(in: span)))
          let expected = record.expiry.map { $0.rawValue + now.rawValue - reference.rawValue } ?? -1
          #expect(held.expiries[place] == expected, "\(name) \(place)")
          compared += record.expiry == nil ? 0 : 1
        }
      }
    }
    #expect(compared > 20)
  }

  @Test("idle times and frequencies arrive", arguments: ["lru", "lfu"])
  func eviction(policy: String) throws {
    let server = try RedisServer()
    let configuration = "allkeys-\(policy)"
    _ = try server.ask("CONFIG", "SET", "maxmemory-policy", configuration)
    let source = try Fixtures.bytes("redis-7.0.15/\(policy)")
    let filtered = try filtered(source, RestoreSelection(now: currentTime()))
    _ = try load(filtered, server)
    let word = policy == "lru" ? "IDLETIME" : "FREQ"
    var compared = 0
    for record in ScannedFile(scanning: source).records where record.expiry == nil {
      let key = try source.withRawSpan { (span) throws in try record.keyBytes(in: span) }
      let reply = try server.ask(all: [[Array("OBJECT".utf8), Array(word.utf8), key]])[0]
      let told =
        policy == "lru" ? record.idleSeconds.map { Int64($0) } : record.frequency.map { Int64($0) }
      guard let told, let found = reply.integer else { continue }
      compared += 1
      // PEXPIRETIME does not count as a use; a second may have passed, and a counter decays.
      #expect(abs(found - told) <= 2, "\(ByteString(key))")
    }
    #expect(compared > 3)
  }
}
