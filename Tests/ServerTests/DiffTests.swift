// Two backups of a server, between which keys were edited: a diff names these edits and nothing else.

import AOF
import Export
import Foundation
import RDB
import RDBSift
import Restore
import Storage
import TestSupport
import Testing

@Suite("The differences between two backups of a server", .serialized)
struct ServerDiffTests {
  /// Edits by database and key, in the words of the rows.
  private typealias Edits = [PlacedKey: String]

  private static let isExtended = ProcessInfo.processInfo.environment["EXTENDED"] != nil
  private static let types = ["string", "list", "set", "zset", "hash", "stream"]

  @Test(
    "a diff names exactly the edits", .enabled(if: RedisServer.isInstalled),
    arguments: 0..<(isExtended ? 200 : 8))
  func edits(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let server = try RedisServer()
    for index in 0..<(40 + random.below(160)) {
      try make(index, String(random.below(3)), server, &random)
    }
    try withSaved(server) { old in
      let edits = try edit(server, &random)
      try withSaved(server) { new in
        let rows = try diff(old, new)
        #expect(rows == edits)
        let back = try diff(new, old)
        #expect(back == edits.mapValues { Self.reversed[$0] ?? $0 })
        let none = try diff(old, old)
        #expect(none.isEmpty)
      }
    }
  }

  @Test("the same keys saved by another server are the same", arguments: ServerProgram.newer)
  func otherServer(program: ServerProgram) throws {
    var random = SeededRandom(seed: 77)
    let (server, other) = (try RedisServer(), try RedisServer(program))
    for index in 0..<200 { try make(index, String(random.below(3)), server, &random) }
    try withSaved(server) { old in
      _ = try other.ask("CONFIG", "SET", "hash-max-listpack-entries", "4")
      let exported = try export(try readFile(old), RestoreSelection(now: currentTime()))
      let errors = try other.replay(exported.bytes)
      #expect(errors.isEmpty)
      try withSaved(other) { new in
        let none = try diff(old, new)
        #expect(none.isEmpty)
      }
    }
  }

  @Test(
    "an export of what has changed makes the old backup into the new one",
    .enabled(if: RedisServer.isInstalled), arguments: 0..<(isExtended ? 200 : 6))
  func changesReplayed(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(1000 + seed))
    let server = try RedisServer()
    for index in 0..<(40 + random.below(160)) {
      try make(index, String(random.below(3)), server, &random)
    }
    try withSaved(server) { old in
      let edits = try edit(server, &random)
      let digest = try server.ask("DEBUG", "DIGEST").text
      try withSaved(server) { new in
        let selection = RestoreSelection(now: currentTime())
        let form = [CommandExporter.Form.commands, .payloads][seed % 2]
        var options = CommandExporter.Options()
        options.form = form
        let index = try backup(old).indexKeys(selection.onNames, DigestKey(5, 6)).keys
        let exported = try export(
          try readFile(new), selection, options: options, threads: 1 + seed % 3, since: index)
        #expect(exported.summary.written == edits.values.filter { $0 != "removed" }.count)
        try server.empty()
        try server.load(try readFile(old))
        let errors = try server.replay(exported.bytes)
        #expect(errors.isEmpty)
        let removed = try backup(new).removedKeys(selection, of: try backup(old), index)
        #expect(
          Set(removed.map { PlacedKey(database: Int($0.database), key: ByteString($0.key)) })
            == Set(edits.filter { $0.value == "removed" }.map(\.key)))
        for (key, _) in edits.filter({ $0.value == "removed" }) {
          _ = try server.ask("SELECT", String(key.database))
          let reply = try server.ask(all: [[Array("UNLINK".utf8), key.key.bytes]])
          #expect(reply == [.integer(1)], "nothing is removed unasked")
        }
        let replayed = try server.ask("DEBUG", "DIGEST").text
        #expect(replayed == digest)
      }
    }
  }

  private static let reversed = ["added": "removed", "removed": "added"]

  // MARK: - Keys and edits

  /// Makes a key with some elements, which expires or not.
  private func make(
    _ index: Int, _ database: String, _ server: RedisServer, _ random: inout SeededRandom
  ) throws {
    let key = "key:\(index)"
    _ = try server.ask("SELECT", database)
    for element in 0...random.below(index % 7 == 0 ? 200 : 12) {
      try change(Self.types[index % Self.types.count], key, "\(element)", server)
    }
    if random.below(3) == 0 {
      _ = try server.ask("PEXPIREAT", key, "4000000000\(index % 900 + 100)")
    }
  }

  /// Changes a value in a way that no other text does.
  private func change(_ type: String, _ key: String, _ text: String, _ server: RedisServer) throws {
    let words =
      switch type {
      case "string": ["SET", key, text, "KEEPTTL"]
      case "list": ["RPUSH", key, text]
      case "set": ["SADD", key, text]
      case "zset": ["ZADD", key, "1.5", text]
      case "hash": ["HSET", key, text, text]
      default: ["XADD", key, "*", "field", text]
      }
    let replies = try server.ask(all: [words.map { Array($0.utf8) }])
    #expect(replies[0].error == nil)
  }

  private func edit(_ server: RedisServer, _ random: inout SeededRandom) throws -> Edits {
    var edits: Edits = [:]
    for database in 0..<3 {
      _ = try server.ask("SELECT", String(database))
      let keys = try server.ask("KEYS", "*").elements.compactMap(\.text).sorted()
      for key in keys {
        let edit = try edit(key, server, &random)
        if let edit {
          edits[PlacedKey(database: database, key: ByteString(Array(key.utf8)))] = edit
        }
      }
      for index in 0..<random.below(5) {
        let key = "new:\(database):\(index)"
        _ = try server.ask("SET", key, "1")
        edits[PlacedKey(database: database, key: ByteString(Array(key.utf8)))] = "added"
      }
    }
    return edits
  }

  /// Edits a key; nil where its content stays the same.
  private func edit(
    _ key: String, _ server: RedisServer, _ random: inout SeededRandom
  ) throws -> String? {
    let type = try server.ask("TYPE", key).text ?? ""
    switch random.below(12) {
    case 0:
      _ = try server.ask("DEL", key)
      return "removed"
    case 1, 2:
      try change(type, key, "changed", server)
      return "changed"
    case 3:
      _ = try server.ask("PEXPIREAT", key, "4100000000000")
      return "expiry"
    case 4:
      let reply = try server.ask("PERSIST", key)
      return reply == .integer(1) ? "expiry" : nil
    case 5:
      // Another type under the same name, with no expiry as before or without the one it had.
      _ = try server.ask("DEL", key)
      try change(type == "string" ? "list" : "string", key, "1", server)
      return "changed"
    case 6 where type == "hash":
      // A table instead of a listpack, with the same fields.
      _ = try server.ask("HSET", key, "long", String(repeating: "x", count: 100))
      _ = try server.ask("HDEL", key, "long")
      return nil
    case 7 where type == "zset":
      _ = try server.ask("ZADD", key, "2", String(repeating: "x", count: 100))
      _ = try server.ask("ZREM", key, String(repeating: "x", count: 100))
      return nil
    default: return nil
    }
  }

  // MARK: - Files

  /// Lends the path of a file that the server saves.
  private func withSaved(_ server: RedisServer, _ body: (String) throws -> Void) throws {
    let reply = try server.ask("SAVE")
    #expect(reply.error == nil)
    let path = server.folder + "/\(UUID().uuidString).rdb"
    try FileManager.default.moveItem(atPath: server.folder + "/dump.rdb", toPath: path)
    try body(path)
  }

  /// The rows of a diff; each key occurs once.
  private func diff(_ old: String, _ new: String) throws -> Edits {
    var asked = RestoreRequest(now: currentTime())
    asked.keepsExpired = true
    let selection = try asked.selection()
    let (old, new) = (try backup(old), try backup(new))
    var request = DiffRequest(
      selection, old: old.indexKeys(selection.onNames, DigestKey(1, 2)).keys)
    request.list = .changes(RowSyntax(.ndjson), files: nil)
    let bytes = CollectedBytes()
    let output = RecordOutput(.plain) { (part) throws(SystemError) in bytes.append(part) }
    let found = try #require(new.diff(request, into: output).merged)
    _ = old.removedKeys(request, after: found.comparison, into: output)
    var edits: Edits = [:]
    for line in String(decoding: bytes.bytes, as: UTF8.self).split(separator: "\n") {
      let row = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let key = PlacedKey(
        database: try #require(row["db"] as? Int),
        key: ByteString(Array(try #require(row["key"] as? String).utf8)))
      let change = try #require(row["change"] as? String)
      #expect(edits.updateValue(change, forKey: key) == nil)
    }
    return edits
  }

  private func backup(_ path: String) throws -> Backup {
    var options = Backup.Options()
    options.threads = 3
    options.opening.isReadAgain = true
    return try Backup([path], options)
  }
}
