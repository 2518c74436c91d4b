// Keys under other names and in other databases: what the server holds afterwards is what it held, each
// key where it was to go.

import Export
import Foundation
import RDB
import RDBSift
import Restore
import TestSupport
import Testing

@Suite("Keys that go elsewhere, in a server", .enabled(if: RedisServer.isInstalled), .serialized)
struct ServerKeyMappingTests {
  private static let names = [
    "redis-7.0.15/multidb", "redis-6.2.16/all", "redis-6.2.16/keys", "redis-7.0.15/streams",
    "redis-5.0.14/ttl", "redis-7.0.15/cluster",
  ]

  /// The first byte goes to the end, as a hash tag; databases 0 and 1 change places.
  private static func mapping() throws -> KeyMapping {
    var mapping = KeyMapping()
    mapping.naming = try KeyNaming(
      [try RenameRule(Array("([\\s\\S])([\\s\\S]*)=$2{$1}".utf8))], prefix: Array("new:".utf8))
    mapping.databases.moved = [0: 1, 1: 0]
    return mapping
  }

  private static func moved(_ key: PlacedKey) -> PlacedKey {
    let bytes = key.key.bytes
    let prefix = Array("new:".utf8)
    let name = bytes.isEmpty ? prefix : prefix + bytes.dropFirst() + [0x7b, bytes[0], 0x7d]
    return PlacedKey(
      database: [0: 1, 1: 0][key.database] ?? key.database, key: ByteString(name))
  }

  @Test(
    "keys hold what they held, by commands, by payloads and in a filtered file", arguments: names)
  func renamed(name: String) throws {
    let bench = try ServerBench()
    let mapping = try Self.mapping()
    let bytes = try Fixtures.bytes(name)
    let original = try #require(try bench.load(bytes))
    let expected = Dictionary(
      uniqueKeysWithValues: original.keys.map { (Self.moved($0.key), $0.value) })
    #expect(expected.count > 5)
    let selection = RestoreSelection(now: currentTime())
    for form in [CommandExporter.Form.commands, .payloads] {
      for way in CommandExporter.Existing.allCases {
        var options = CommandExporter.Options()
        options.form = form
        options.existing = way
        options.databases = mapping.databases
        let exported = try export(
          bytes, selection, options: options, naming: mapping.naming, threads: 3)
        let (state, errors) = try bench.replay(exported.bytes)
        #expect(errors.isEmpty)
        #expect(state.keys == expected, "\(form) \(way)")
      }
    }
    let file = try filtered(bytes, selection, mapping: mapping)
    #expect(try bench.load(file)?.keys == expected)
  }
}
