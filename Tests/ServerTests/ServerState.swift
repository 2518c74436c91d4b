// What a server holds, as far as it can be compared: a digest of everything, and what is told of each
// key.

import Foundation
import TestSupport
import Testing

/// A key of a database.
struct PlacedKey: Hashable, CustomStringConvertible {
  var database: Int
  var key: ByteString

  var description: String { "db \(database) \(key)" }
}

/// What a server tells of one key.
struct KeyState: Hashable {
  var digest: String
  var expiry: Int64
  /// XINFO STREAM FULL, without when consumers were seen.
  var stream: Reply?
  /// HPEXPIRETIME of a hash's fields, where any expires; in the order of their names.
  var deadlines: [ByteString: Reply] = [:]
  /// What only a module's value tells: JSON.GET of a document, DUMP of any other.
  var opaque: Reply?
}

/// What a server holds.
struct ServerState {
  /// DEBUG DIGEST.
  var digest: String
  /// Its keys.
  var keys: [PlacedKey: KeyState]
  /// Keys that were deleted, as no commands are written for their types.
  var deleted: Set<PlacedKey>
  /// FUNCTION LIST WITHCODE, where it was asked for.
  var functions: String?

  /// Keys of each database.
  var sizes: [Int: Int] { keys.keys.reduce(into: [:]) { $0[$1.database, default: 0] += 1 } }

  /// Keys that differ from those of another state, or that only one of both has.
  func differences(from other: ServerState) -> Set<PlacedKey> {
    Set(keys.keys).union(other.keys.keys).filter { keys[$0] != other.keys[$0] }
  }
}

extension RedisServer {
  /// The types that commands are written for.
  private static let types: Set<String> = ["string", "list", "set", "zset", "hash", "stream"]

  /// Keys of each database, as INFO tells.
  func sizes() throws -> [Int: Int] {
    var sizes: [Int: Int] = [:]
    let info = try ask("INFO", "keyspace").text ?? ""
    for line in info.split(whereSeparator: \.isNewline) where line.hasPrefix("db") {
      let parts = line.dropFirst(2).split(whereSeparator: { ":=,".contains($0) })
      if let database = Int(parts[0]), let keys = Int(parts[2]) { sizes[database] = keys }
    }
    return sizes
  }

  /// What it holds.
  ///
  /// On the server on PATH, keys of types that no commands are written for are deleted first.
  func state() throws -> ServerState {
    var keys: [PlacedKey: KeyState] = [:]
    var deleted: Set<PlacedKey> = []
    for database in try sizes().keys.sorted() {
      _ = try ask("SELECT", String(database))
      let (known, others) = try keysByKind()
      _ = try ask(all: others.map { [Array("DEL".utf8), $0] })
      for key in others { deleted.insert(PlacedKey(database: database, key: ByteString(key))) }
      for (key, state) in zip(known, try states(of: known)) {
        keys[PlacedKey(database: database, key: ByteString(key))] = state
      }
    }
    _ = try ask("SELECT", "0")
    return ServerState(
      digest: try ask("DEBUG", "DIGEST").text ?? "", keys: keys, deleted: deleted,
      functions: tellsAll ? try ask("FUNCTION", "LIST", "WITHCODE").sorted : nil)
  }

  /// Keys of the selected database that commands are written for, and all others.
  private func keysByKind() throws -> (known: [[UInt8]], others: [[UInt8]]) {
    var all = try ask("KEYS", "*").elements.compactMap(\.bytes)
    var types = try self.types(of: all)
    if tellsAll {
      try settle(zip(all, types).filter { $0.1 == "hash" }.map(\.0))
      all = try ask("KEYS", "*").elements.compactMap(\.bytes)
      types = try self.types(of: all)
    }
    let isKnown = types.map { tellsAll || RedisServer.types.contains($0) }
    return (
      zip(all, isKnown).filter { $0.1 }.map(\.0), zip(all, isKnown).filter { !$0.1 }.map(\.0)
    )
  }

  private func types(of keys: [[UInt8]]) throws -> [String] {
    try ask(all: keys.map { [Array("TYPE".utf8), $0] }).map { $0.text ?? "" }
  }

  private func states(of keys: [[UInt8]]) throws -> [KeyState] {
    func answers(_ words: String...) throws -> [Reply] {
      try ask(all: keys.map { key in words.map { Array($0.utf8) } + [key] })
    }
    let digests = try answers("DEBUG", "DIGEST-VALUE")
    let expiries = try answers("PEXPIRETIME")
    let types = try self.types(of: keys)
    return try keys.indices.map { index in
      var state = KeyState(
        digest: digests[index].elements.first?.text ?? "?",
        expiry: expiries[index].integer ?? .min,
        stream: types[index] == "stream" ? try stream(of: keys[index]) : nil)
      if tellsAll { try complete(&state, keys[index], type: types[index]) }
      return state
    }
  }

  /// Asks for what a digest may leave out.
  private func complete(_ state: inout KeyState, _ key: [UInt8], type: String) throws {
    if type == "hash" {
      let fields = try ask(all: [[Array("HKEYS".utf8), key]])[0].elements.compactMap(\.bytes)
      let words =
        [Array("HPEXPIRETIME".utf8), key] + ["FIELDS", "\(fields.count)"].map { Array($0.utf8) }
      let reply = try ask(all: [words + fields])[0]
      for (field, deadline) in zip(fields, reply.elements) {
        state.deadlines[ByteString(field)] = deadline
      }
    } else if !RedisServer.types.contains(type) {
      let question = RedisServer.questions[type] ?? ["DUMP"]
      let words = question.map { Array($0.utf8) }
      state.opaque = try ask(all: [[words[0], key] + words[1...]])[0]
    }
  }

  /// What to ask for a module's value, where it is not DUMP: the payload of TopK holds addresses.
  private static let questions = [
    "ReJSON-RL": ["JSON.GET"], "TopK-TYPE": ["TOPK.LIST", "WITHCOUNT"],
  ]

  /// Waits until fields that have expired are gone, of which a digest tells until then.
  private func settle(_ hashes: [[UInt8]]) throws {
    for _ in 0..<300 {
      let told = try ask(all: hashes.map { [Array("HLEN".utf8), $0] }).map { $0.integer ?? 0 }
      let seen = try ask(all: hashes.map { [Array("HKEYS".utf8), $0] }).map(\.elements.count)
      if told == seen.map({ Int64($0) }) { return }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  /// All that a stream tells, but for when consumers were seen, which commands do not keep, and for
  /// how its nodes lie in memory.
  private func stream(of key: [UInt8]) throws -> Reply {
    let words = [Array("XINFO".utf8), Array("STREAM".utf8), key]
    let all = [Array("FULL".utf8), Array("COUNT".utf8), Array("0".utf8)]
    return try ask(all: [words + all])[0].without([
      "seen-time", "active-time", "radix-tree-keys", "radix-tree-nodes",
    ])
  }

  /// Idle time and access frequency of the keys of a database, where the server keeps them.
  func use(of database: Int, _ question: String) throws -> [ByteString: Int64] {
    _ = try ask("SELECT", String(database))
    let keys = try ask("KEYS", "*").elements.compactMap(\.bytes)
    let answers = try ask(all: keys.map { [Array("OBJECT".utf8), Array(question.utf8), $0] })
    _ = try ask("SELECT", "0")
    return Dictionary(
      zip(keys.map { ByteString($0) }, answers.compactMap(\.integer)), uniquingKeysWith: { $1 })
  }

  /// Members and scores of a sorted set in its order, zero without its sign.
  func scores(of key: PlacedKey) throws -> [[UInt8]?] {
    _ = try ask("SELECT", String(key.database))
    let range = ["0", "-1", "WITHSCORES"].map { Array($0.utf8) }
    let reply = try ask(all: [[Array("ZRANGE".utf8), key.key.bytes] + range])[0]
    let unsigned = reply.elements.map { $0.text == "-0" ? Array("0".utf8) : $0.bytes }
    #expect(!unsigned.isEmpty)
    return unsigned
  }
}

extension Reply {
  /// The reply as text whose order does not matter.
  var sorted: String {
    guard case .array(let elements) = self else { return description }
    return elements.map(\.sorted).sorted().description
  }

  private static let length = Reply.bulk(Array("length".utf8))

  /// The same without members of maps that have these names.
  fileprivate func without(_ names: Set<String>) -> Reply {
    guard case .array(let elements) = self else { return self }
    var kept: [Reply] = []
    var index = 0
    while index < elements.count {
      if let name = elements[index].text, names.contains(name) {
        index += 2
      } else if elements[index].text == "recorded-first-entry-id", elements[0] == .length,
        elements[1] == .integer(0)
      {
        // Of a stream without entries it is 0-0 or the highest id, and means nothing.
        index += 2
      } else {
        kept.append(elements[index].without(names))
        index += 1
      }
    }
    return .array(kept)
  }
}
