// Round trips through servers that are newer than the one on PATH: what they load from files of their
// own version and of older ones, they hold again after commands, after payloads, and after a filtered
// file. What only a newer server can tell is compared too: deadlines of fields, documents, series.

import Export
import Foundation
import RDB
import RDBSift
import Restore
import TestSupport
import Testing

@Suite("Round trips through newer servers", .serialized)
struct NewerServerTests {
  @Test("commands, payloads and filtered files recreate the same", arguments: ServerProgram.newer)
  func ways(program: ServerProgram) throws {
    let bench = try ServerBench(program)
    var (loaded, keys) = (0, 0)
    for fixtures in Self.fixtures(for: program) {
      var taken = 0
      // Files of one name are alike: the newest two that load, and of the others every fourth.
      for (index, fixture) in fixtures.enumerated() where taken < 2 || index % 4 == 0 {
        let bytes = try fixture.bytes()
        guard let original = try bench.load(bytes) else { continue }
        taken += 1
        loaded += 1
        keys += original.keys.count
        try RoundTripCheck(bench, program.version).check(bytes, original, "\(fixture)")
      }
    }
    print("\(program) loaded \(loaded) fixtures of \(keys) keys")
    #expect(loaded > 30 && keys > 500)
  }

  /// Small fixtures by their names, the server's own product and the newest first.
  private static func fixtures(for program: ServerProgram) -> [[Fixture]] {
    let all = Fixtures.all(upTo: 40_000).filter { !$0.name.hasPrefix("synthetic") }
    let named = Dictionary(grouping: all) { $0.name.split(separator: "/").last ?? "" }
    let product = program.version.product.rawValue
    return named.sorted { $0.key < $1.key }.map { _, fixtures in
      fixtures.sorted { one, other in
        let (own, others) = (one.name.hasPrefix(product), other.name.hasPrefix(product))
        if own != others { return own }
        return one.name.compare(other.name, options: .numeric) == .orderedDescending
      }
    }
  }

  @Test(
    "idle times and frequencies arrive, by payload and in a filtered file",
    arguments: ServerProgram.newer)
  func use(program: ServerProgram) throws {
    var compared = 0
    for (policy, question) in [("lru", "IDLETIME"), ("lfu", "FREQ")] {
      let server = try RedisServer(program)
      _ = try server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-\(policy)")
      let source = try Fixtures.bytes("redis-7.0.15/\(policy)")
      let selection = RestoreSelection(now: currentTime())
      var options = CommandExporter.Options()
      options.form = .payloads
      options.target = program.version
      try server.load(source)
      let original = try server.use(of: 0, question)
      try server.empty()
      #expect(try server.replay(try export(source, selection, options: options).bytes).isEmpty)
      let restored = try server.use(of: 0, question)
      try server.empty()
      try server.load(try filtered(source, selection))
      for found in [restored, try server.use(of: 0, question)] {
        #expect(found.keys == original.keys)
        // Seconds pass between command and question, and a counter decays.
        for (key, value) in original { #expect(abs((found[key] ?? .min) - value) <= 2, "\(key)") }
        compared += found.count
      }
    }
    #expect(compared > 10)
  }

  @Test(
    "commands carry hashes whose fields expire from Redis to Valkey and back",
    .enabled(if: ServerProgram.newer.count == 4))
  func bridges() throws {
    let ways = [
      ("redis-7.4.1", "valkey-9.1.2"), ("valkey-9.1.2", "redis-8.2.3"),
      ("valkey-9.1.2", "redis-7.4.1"),
    ]
    for (from, to) in ways {
      let source = try ServerBench(try program(from))
      let target = try ServerBench(try program(to))
      let bytes = try Fixtures.bytes("\(from)/hfe")
      let original = try #require(try source.load(bytes))
      var options = CommandExporter.Options()
      options.target = try program(to).version
      let exported = try export(bytes, RestoreSelection(now: currentTime()), options: options)
      let (state, errors) = try target.replay(exported.bytes)
      #expect(errors.isEmpty && exported.notes.kept.isEmpty, "\(from) \(to)")
      #expect(state.keys.mapValues(\.deadlines) == original.keys.mapValues(\.deadlines))
      #expect(state.keys.mapValues(\.expiry) == original.keys.mapValues(\.expiry))
      // Redis has deadlines in its digest, Valkey has not.
      let keys = Array(original.keys.keys)
      #expect(try fields(of: keys, target.server) == (try fields(of: keys, source.server)))
      #expect(state.keys.values.contains { $0.deadlines.values.contains { $0 != .integer(-1) } })
    }
  }

  private func fields(of keys: [PlacedKey], _ server: RedisServer) throws -> [String] {
    try server.ask(all: keys.map { [Array("HGETALL".utf8), $0.key.bytes] }).map { reply in
      let all = reply.elements.map(\.description)
      return stride(from: 0, to: all.count, by: 2).map { all[$0] + all[$0 + 1] }.sorted().joined()
    }
  }

  private func program(_ name: String) throws -> ServerProgram {
    try #require(ServerProgram.newer.first { $0.name == name })
  }
}
