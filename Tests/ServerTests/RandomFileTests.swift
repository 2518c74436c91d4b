// Files that servers write of random data: `verify` finds nothing in them, and every output recreates
// what the server held. The extended run makes 60 of each server.

import Foundation
import RDB
import RDBSift
import TestSupport
import Testing

@Suite("Random files of servers", .enabled(if: RedisServer.isInstalled), .serialized)
struct RandomFileTests {
  private static let count = isExtended ? 60 : 6

  @Test("are sound to verify, and the same through every output", arguments: everyServer)
  func files(program: ServerProgram) throws {
    let bench = try ServerBench(program)
    var seeds = SeededRandom(for: "random files of \(program)")
    var keys = 0
    for _ in 0..<Self.count {
      let seed = seeds.next()
      let file = try write(seed, program)
      let name = "\(program) seed \(seed)"
      let found = try findings(in: file).filter { $0.severity != .note }
      #expect(found.isEmpty, "\(name)")
      let original = try #require(try bench.load(file), "\(name)")
      keys += original.keys.count
      try RoundTripCheck(bench, program.version).check(file, original, name)
    }
    print("\(program): \(Self.count) files of \(keys) keys")
    #expect(keys > Self.count * 20)
  }

  /// The file that a server saves of a random dataset.
  private func write(_ seed: UInt64, _ program: ServerProgram) throws -> [UInt8] {
    let server = try RedisServer(program)
    var dataset = RandomDataset(seed: seed, program.version)
    for setting in dataset.configuration() {
      _ = try server.ask(all: [setting.map { Array($0.utf8) }])
    }
    _ = try server.ask(all: dataset.commands(keys: 60))
    #expect(try server.ask("SAVE").error == nil)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: server.folder + "/dump.rdb")))
  }
}
