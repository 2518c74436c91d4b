// The JSON beside a fixture: what the server that wrote the file answered about its data. The
// fields are told in Tests/Fixtures/README.md.

import Foundation

/// A string of the truth: its bytes, or what is told of one that is too long.
public enum TruthString: Sendable, CustomStringConvertible {
  /// The bytes.
  case bytes(ByteString)
  /// Length, SHA-256 and both ends.
  case digest(count: Int, sha256: String, prefix: [UInt8], suffix: [UInt8])

  /// Whether these bytes are the string.
  public func matches(_ found: [UInt8]) -> Bool {
    switch self {
    case .bytes(let bytes): bytes == ByteString(found)
    case .digest(let count, let digest, let prefix, let suffix):
      found.count == count && found.starts(with: prefix)
        && Array(found.suffix(suffix.count)) == suffix && TestSupport.sha256(found) == digest
    }
  }

  /// The bytes, where they are told.
  public var bytes: [UInt8]? {
    guard case .bytes(let bytes) = self else { return nil }
    return bytes.bytes
  }

  /// The string as text, for failure messages.
  public var description: String {
    switch self {
    case .bytes(let bytes): bytes.description
    case .digest(let count, let digest, _, _): "\(count) bytes, sha256 \(digest)"
    }
  }
}

/// A value of the truth.
public enum TruthValue: Sendable {
  /// A string.
  case string(TruthString)
  /// The elements of a list, in order.
  case list([TruthString])
  /// The members of a set, sorted by bytes.
  case set([TruthString])
  /// Fields and values of a hash, sorted by field.
  case hash([(field: TruthString, value: TruthString)])
  /// Members and score texts, by score, then member.
  case sortedSet([(member: TruthString, score: String)])
  /// Entries, groups and all that a stream has.
  case stream(TruthStream)
  /// Indexes and elements of a sparse array.
  case array([(index: String, element: TruthString)])
  /// Fields of a TairHash.
  case tairHash([TruthTairField])
  /// A TairString; the flags where the server told them.
  case tairString(TruthString, version: Int, flags: Int?)
  /// Members and scores of a TairZset.
  case tairSortedSet([(member: TruthString, scores: [Double])])
  /// A JSON document.
  case json(TruthString)
  /// Numbers that a value is made of.
  case numbers([String])
  /// Something only other tests compare; elements, if it is a list of them.
  case other(count: Int?)
}

/// A key of the truth.
public struct TruthKey: Sendable {
  /// The key.
  public var key: [UInt8]
  /// What TYPE answered.
  public var type: String
  /// What OBJECT ENCODING answered.
  public var encoding: String?
  /// The type byte in the file, where it is told.
  public var rdbType: UInt8?
  /// The expiry in milliseconds, nil without one.
  public var expiry: Int64?
  /// The value.
  public var value: TruthValue
  /// The deadlines of a hash's fields, in their order; empty where none has one.
  public var fieldExpiries: [Int64?]
  /// The deadlines of a set's members.
  public var memberExpiries: [ByteString: Int64]
  /// The LFU counter.
  public var frequency: Int?
  /// The idle seconds.
  public var idle: Int?
}

/// What the truth of one file says.
public struct FixtureTruth: Sendable {
  /// A key that had expired, or whose fields had, when the file was written.
  public struct Expired: Sendable {
    /// Its database.
    public var database: Int
    /// The key.
    public var key: [UInt8]
    /// Its expiry in milliseconds, nil for a hash of which only fields expired.
    public var expiry: Int64?
    /// The fields that had expired.
    public var fields: [[UInt8]]
    /// How many others are in the file.
    public var live: Int
    /// Fields or members that had not expired, and their values, where they are told.
    public var liveFields: [(field: [UInt8], value: [UInt8])]
    /// When the others had expired, in milliseconds, at the latest.
    public var at: Int64?
    /// The command that made it.
    public var command: String?
  }

  /// What an independent scanner saw.
  public struct Scan: Sendable {
    /// The header.
    public var magic: String
    /// AUX fields in order.
    public var aux: [([UInt8], [UInt8])]
    /// How often each opcode stands in the file.
    public var opcodes: [Int: Int]
    /// How often each type stands in the file.
    public var types: [Int: Int]
    /// Database, keys and expires of each RESIZEDB.
    public var resizes: [[Int]]
    /// Slot, keys and expires of each SLOT_INFO.
    public var slots: [[Int]]
    /// The stored checksum.
    public var checksum: UInt64?
    /// Bytes behind the end.
    public var trailingBytes: Int
  }

  /// What the file is.
  public var description: String
  /// Size of the RDB file.
  public var size: Int?
  /// What a reader should make of a synthetic file.
  public var expect: String?
  /// The file with the same data.
  public var sameAs: String?
  /// Keys by database; nil where none are told.
  public var databases: [Int: [TruthKey]]?
  /// Keys that had expired; they are not in `databases`.
  public var expiredKeys: [Expired]
  /// Hashes of which fields had expired; they are in the file and not in `databases`.
  public var expiredFields: [Expired]
  /// Cluster slot of keys.
  public var slots: [String: Int]
  /// What an independent scanner saw; nil for synthetic files.
  public var scan: Scan?

  /// Reads a truth.
  public init(path: String) throws {
    let root = JSONNode(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))))
    description = root["description"].text ?? ""
    size = root["size"].int
    expect = root["expect"].text
    sameAs = root["same_as"].text
    databases = root["dbs"].object.map { databases in
      Dictionary(
        uniqueKeysWithValues: databases.map { name, database in
          (Int(name) ?? -1, JSONNode(database)["keys"].elements.map(TruthKey.init))
        })
    }
    expiredKeys = root["expired_keys"].elements.map(Expired.init)
    expiredFields = root["expired_fields"].elements.map(Expired.init)
    slots = (root["slots"].object ?? [:]).compactMapValues { JSONNode($0).int }
    scan = Scan(root["rdb_scan"])
  }
}

extension TruthKey {
  init(_ node: JSONNode) {
    key = node["key"].bytes
    type = node["type"].text ?? ""
    encoding = node["encoding"].text
    rdbType = node["rdb_type"].int.map { UInt8($0) }
    expiry = node["pexpiretime"].int.flatMap { $0 < 0 ? nil : Int64($0) }
    value = TruthValue(key: node, type: type)
    fieldExpiries = node["field_pexpiretime"].elements.map { expiry in
      expiry.int.flatMap { $0 < 0 ? nil : Int64($0) }
    }
    memberExpiries = Dictionary(
      uniqueKeysWithValues: (node["member_pexpiretime"].object ?? [:]).compactMap { name, expiry in
        JSONNode(expiry).int.map { (ByteString(Array(name.utf8)), Int64($0)) }
      })
    frequency = node["freq"].int
    idle = node["idletime"].int
  }
}

extension TruthValue {
  init(key: JSONNode, type: String) {
    let node = key["value"]
    switch type {
    case "string": self = .string(node.string)
    case "list": self = .list(node.elements.map(\.string))
    case "set": self = .set(node.elements.map(\.string))
    case "hash":
      self = .hash(node.elements.map { (field: $0[0].string, value: $0[1].string) })
    case "zset":
      self = .sortedSet(node.elements.map { (member: $0[0].string, score: $0[1].text ?? "") })
    default: self = TruthValue(rare: key, type: type)
    }
  }

  /// A value of a module or of a newer type.
  private init(rare key: JSONNode, type: String) {
    let node = key["value"]
    switch type {
    case "stream": self = .stream(TruthStream(key))
    case "array":
      self = .array(node.elements.map { (index: $0[0].text ?? "", element: $0[1].string) })
    case "tairhash-" where node.isArray:
      self = .tairHash(node.elements.map(TruthTairField.init))
    case "exstrtype":
      self = .tairString(
        node[0].string, version: node[1].int ?? -1, flags: key["value_withflags"][2].int)
    case "tairzset_":
      self = .tairSortedSet(
        node.elements.map { node in
          let scores = (node[1].text ?? "").split(separator: "#").map { Double($0) ?? .nan }
          return (member: node[0].string, scores: scores)
        })
    case "ReJSON-RL", "json": self = .json(node.string)
    case "gcra": self = .numbers([node.text ?? ""])
    case "hellotype":
      let numbers = node.elements.compactMap { $0.int.map { String($0) } }
      self = .numbers([String(numbers.count)] + numbers)
    default: self = .other(count: node.isArray ? node.elements.count : nil)
    }
  }

  /// Elements of the value.
  public var count: Int? {
    switch self {
    case .string: 1
    case .list(let elements), .set(let elements): elements.count
    case .hash(let pairs): pairs.count
    case .sortedSet(let members): members.count
    case .stream(let stream): stream.entries.count
    case .array(let elements): elements.count
    case .tairHash, .tairString, .tairSortedSet, .json, .numbers: nil
    case .other(let count): count
    }
  }
}

extension FixtureTruth.Expired {
  init(_ node: JSONNode) {
    database = node["db"].int ?? 0
    key = node["key"].bytes
    expiry = node["pexpiretime"].int.map { Int64($0) }
    fields = node["expired"].elements.map(\.bytes)
    live = node["live_count"].int ?? node["live"].elements.count
    liveFields = node["live"].elements.map { ($0[0].bytes, $0[1].bytes) }
    at = node["at"].int.map { Int64($0) }
    command = node["created_by"][0].text
  }
}

extension FixtureTruth.Scan {
  init?(_ node: JSONNode) {
    guard let magic = node["magic"].text else { return nil }
    self.magic = magic
    aux = node["aux"].elements.map { ($0[0].bytes, $0[1].bytes) }
    opcodes = node["opcodes"].counts
    types = node["type_counts"].counts
    resizes = node["resizedb"].elements.map { $0.elements.compactMap(\.int) }
    slots = node["slots"].elements.map { $0.elements.compactMap(\.int) }
    checksum = node["checksum"].text.flatMap { UInt64($0, radix: 16) }
    trailingBytes = node["trailing_bytes"].int ?? 0
  }
}
