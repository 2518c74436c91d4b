// Every file that `export --as rdb` and `salvage --as rdb` write is loaded by the server that it is for,
// whatever the source is: every fixture, the damaged ones too.

import Export
import Foundation
import RDB
import Restore
import TestSupport
import Testing

@testable import RDBSift

/// All servers there are.
let everyServer = [ServerProgram.system].compactMap { $0 } + ServerProgram.newer

/// Whether the long tests run.
let isExtended = ProcessInfo.processInfo.environment["EXTENDED"] != nil

@Suite("Files that servers load", .enabled(if: RedisServer.isInstalled), .serialized)
struct LoadedFileTests {
  /// A way to make a file for a server.
  private enum Way: CaseIterable {
    case export
    case salvage

    func make(_ file: [UInt8], for target: ServerVersion) throws -> Exported {
      let selection = RestoreSelection(now: currentTime())
      return switch self {
      case .export: try filtered(file, selection, target: target)
      case .salvage: try salvaged(file, selection, target: target)
      }
    }
  }

  /// All fixtures in the extended run, otherwise every fifth of the small ones, and the damaged ones.
  private static let fixtures: [Fixture] = {
    if isExtended { return Fixtures.all + Fixtures.shared }
    return Fixtures.all(upTo: 40_000).enumerated()
      .filter { $0.offset % 5 == 0 || $0.element.name.hasPrefix("synthetic") }.map(\.element)
  }()

  @Test("what is written for a server is loaded by it", arguments: everyServer)
  func everyFixture(program: ServerProgram) throws {
    var server = try RedisServer(program)
    var loaded = 0
    for fixture in Self.fixtures {
      let source = try fixture.bytes()
      for way in Way.allCases {
        // What cannot be read is refused, and is not a matter of the server.
        guard let made = try? way.make(source, for: program.version), !hasModules(made.bytes) else {
          continue
        }
        loaded += 1
        do {
          try server.empty()
          try server.load(made.bytes)
          try compare(server, made, "\(fixture) \(way)")
        } catch {
          Issue.record("\(program) refuses \(fixture) \(way): \(error)")
          server = try RedisServer(program)
        }
      }
    }
    print("\(program) loaded \(loaded) files")
    #expect(loaded > 60)
  }

  /// The server has the keys that were written, but for empty ones, and hashes whose fields have all
  /// expired.
  private func compare(_ server: RedisServer, _ made: Exported, _ name: String) throws {
    let scan = ScannedFile(scanning: made.bytes)
    #expect(scan.error == nil && scan.records.count == Int(made.summary.written), "\(name)")
    let held = try server.sizes().values.reduce(0, +)
    let mayVanish = scan.records.filter {
      (22...25).contains($0.type.rawValue) || $0.elements == 0
    }.count
    #expect(held <= scan.records.count && held >= scan.records.count - mayVanish, "\(name)")
  }

  /// Whether a file has values of modules, which only servers with these modules load.
  private func hasModules(_ file: [UInt8]) -> Bool {
    ScannedFile(scanning: file).records.contains { (6...7).contains($0.type.rawValue) }
  }

  @Test("a file for another server holds what commands for it recreate", arguments: everyServer)
  func converted(program: ServerProgram) throws {
    let bench = try ServerBench(program)
    let names = [
      "redis-unstable-20260625/all", "redis-unstable-20260625/streams", "redis-8.6.3/all",
      "redis-7.4.1/hfe", "valkey-9.1.2/all", "valkey-9.1.2/hfe", "redis-2.4.18/all",
      "redis-6.2.16/streams", "redis-unstable-20260625/multidb", "valkey-8.1.8/sets",
    ]
    var compared = 0
    for name in names {
      guard let source = try? Fixtures.bytes(name) else { continue }
      let selection = RestoreSelection(now: currentTime())
      let made = try filtered(source, selection, target: program.version)
      guard !hasModules(made.bytes) else { continue }
      var options = CommandExporter.Options()
      options.target = program.version
      let exported = try export(source, selection, options: options)
      let (expected, _) = try bench.replay(exported.bytes)
      try bench.server.empty()
      try bench.server.load(made.bytes)
      let state = try bench.server.state()
      let told = Set(
        (made.notes.kept + exported.notes.kept).map {
          PlacedKey(database: Int($0.record.database), key: ByteString($0.key))
        })
      for key in state.differences(from: expected) where !told.contains(key) {
        Issue.record("\(name) \(key): \(state.keys[key]), not \(expected.keys[key])")
      }
      compared += state.keys.count
    }
    #expect(compared > 100)
  }
}
