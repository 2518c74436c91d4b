import Foundation
import RDB
import TestSupport
import Testing

@testable import AOF

@Suite("Random logs, against servers")
struct ServerAgreementTests {
  /// Logs per server: a few seconds, or minutes where the environment asks for an extended run.
  private static var rounds: Int {
    ProcessInfo.processInfo.environment["EXTENDED"] == nil ? 6 : 200
  }

  @Test(
    "servers load the sample of a log, and hold what the model says", arguments: LoadingServer.all)
  func sample(server: LoadingServer) throws {
    let folder = Fixtures.repository + "/samples/shop-log/"
    let names = ["appendonly.aof.7.base.rdb", "appendonly.aof.7.incr.aof"]
    let files = try names.map { (name: $0, bytes: try readFile(folder + $0)) }
    let manifest = String(decoding: try readFile(folder + "appendonly.aof.manifest"), as: UTF8.self)
    let expected = try contents(of: try server.load(files, manifest: manifest))
    try withLog(files, isDirectory: true) { input in
      // The reference lies before every expiry: servers keep keys while they load.
      let moment = try LogMoment(input, .end, EveryKey(), reference: 0)
      let read = ReadOverlay(moment)
      #expect(read.overlay.inexact.isEmpty)
      var found = try contents(of: read.bytes)
      for (key, value) in try contents(of: files[0].bytes) where found[key] == nil {
        let parts = key.split(separator: " ", maxSplits: 1)
        let isGone = Array(parts[1].utf8).withRawSpan {
          read.overlay.base.replaces($0, in: UInt32(parts[0]) ?? 0)
        }
        if !isGone { found[key] = value }
      }
      #expect(found == expected)
      #expect(expected.count == 3)
    }
  }

  @Test("the model holds what a server holds that loads the log", arguments: LoadingServer.all)
  func agreement(server: LoadingServer) throws {
    var seeds = SeededRandom(for: "random logs, \(server)")
    for _ in 0..<ServerAgreementTests.rounds {
      let seed = seeds.next()
      let hasTTLs = !["redis-server", "valkey-8.1.8"].contains(server.name)
      var random = RandomLog(seed: seed, hasFieldTTLs: hasTTLs)
      let log = random.log(700)
      let expected = try contents(of: try server.load(log))
      try withLog([("a.aof", log)]) { input in
        let numbers = server.name.split(separator: "-").last?.split(separator: ".") ?? []
        let rules = ServerRules(
          isValkey: server.name.hasPrefix("valkey"), major: Int(numbers.first ?? "7") ?? 7,
          minor: numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0)
        let read = ReadOverlay(try LogMoment(input, .end, EveryKey(), rules: rules))
        let found = try contents(of: read.bytes)
        let inexact = Set(
          read.overlay.inexact.map { "\($0.database) \(String(decoding: $0.key, as: UTF8.self))" })
        #expect(read.overlay.inexact.allSatisfy { $0.reason == .sortTies })
        for key in Set(found.keys).union(expected.keys).subtracting(inexact).sorted()
        where found[key] != expected[key] {
          Issue.record("seed \(seed) \(key): \(found[key] ?? "-") and not \(expected[key] ?? "-")")
        }
      }
    }
  }
}
