/// The byte that says how a value is laid out.
///
/// Open: a file may hold bytes nobody has named yet.
public struct RDBType: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
  /// The byte.
  public var rawValue: UInt8

  /// Makes a type from its byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// A string.
  public static var string: RDBType { RDBType(rawValue: 0) }
}

/// What a value is to a user of the server.
public enum ValueShape: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  /// A string.
  case string
  /// A list, in order.
  case list
  /// A set.
  case set
  /// A sorted set: members and scores.
  case sortedSet
  /// A hash: fields and values.
  case hash
  /// A stream.
  case stream
  /// A value only its module understands.
  case module
  /// A sparse array (Redis 8.8).
  case array
  /// A rate limiter's state (Redis 8.8, compile-time gated).
  case gcra
  /// A KeyDB cron job.
  case cron
  /// A JSON document of Dragonfly.
  case json
  /// A probabilistic structure of Dragonfly.
  case sketch

  /// What the server's `TYPE` answers; a module answers with its own name.
  public var name: String { "\(text)" }

  /// The same as the program's own text.
  public var text: StaticString {
    switch self {
    case .string: "string"
    case .list: "list"
    case .set: "set"
    case .sortedSet: "zset"
    case .hash: "hash"
    case .stream: "stream"
    case .module: "module"
    case .array: "array"
    case .gcra: "gcra"
    case .cron: "cron"
    case .json: "json"
    case .sketch: "sketch"
    }
  }
}

/// How a value is laid out in the file: what `OBJECT ENCODING` would call it, as far as it tells.
public enum ValueEncoding: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
  /// A string's bytes as they are.
  case raw
  /// A string stored as a number.
  case int
  /// A string compressed with LZF.
  case lzf
  /// One string per element, of a list.
  case linkedlist
  /// One string per element, of a set or hash.
  case hashtable
  /// One string and a score per element.
  case skiplist
  /// A packed structure of Redis 2.4, for hashes.
  case zipmap
  /// A packed structure of Redis 2.4 to 6.2.
  case ziplist
  /// Packed integers, for sets.
  case intset
  /// A chain of packed nodes, for lists.
  case quicklist
  /// The packed structure of Redis 7.
  case listpack
  /// A listpack with an expiry for each field.
  case listpackex
  /// A stream's radix tree of listpacks.
  case stream
  /// Values whose fields stand in a template (Redis 8.10).
  case template
  /// A sparse array.
  case slicedArray
  /// A layout of its own: modules and rarities.
  case opaque

  /// The encoding's name.
  public var name: String { "\(text)" }

  /// The same as the program's own text.
  public var text: StaticString {
    switch self {
    case .raw: "raw"
    case .int: "int"
    case .lzf: "lzf"
    case .linkedlist: "linkedlist"
    case .hashtable: "hashtable"
    case .skiplist: "skiplist"
    case .zipmap: "zipmap"
    case .ziplist: "ziplist"
    case .intset: "intset"
    case .quicklist: "quicklist"
    case .listpack: "listpack"
    case .listpackex: "listpackex"
    case .stream: "stream"
    case .template: "template"
    case .slicedArray: "sliced-array"
    case .opaque: "opaque"
    }
  }
}

extension RDBType {
  /// What a value of this type is, or nil where the dialect has no such type.
  public func shape(in dialect: RDBDialect) -> ValueShape? {
    // Valkey went its own way after 21: what others number from 23 up, its files cannot hold.
    if dialect == .valkey && rawValue > 22 { return nil }
    return switch rawValue {
    case 0: .string
    case 1, 10, 14, 18: .list
    case 2, 11, 20: .set
    case 3, 5, 12, 17: .sortedSet
    case 4, 9, 13, 16, 22...25: .hash
    case 6, 7: .module
    case 15, 19, 21, 26, 27: .stream
    case 28: .array
    case 29: dialect == .dragonfly ? nil : .hash
    case 30: dialect == .dragonfly ? .json : .hash
    case 31: .hash
    case 32: dialect == .dragonfly ? .set : .hash
    case 33: dialect == .dragonfly ? .sketch : .gcra
    case 34...37: dialect == .dragonfly ? .sketch : nil
    case 64: .cron
    default: nil
    }
  }

  /// How a value of this type is laid out.
  ///
  /// A string's own packing is known only from the value.
  public func encoding(in dialect: RDBDialect) -> ValueEncoding {
    switch rawValue {
    case 0: .raw
    case 1: .linkedlist
    case 2, 4, 22, 24: .hashtable
    case 3, 5: .skiplist
    case 9: .zipmap
    case 10, 12, 13: .ziplist
    case 11: .intset
    case 14, 18: .quicklist
    case 15, 19, 21, 26, 27: .stream
    case 16, 17, 20: .listpack
    case 23, 25: .listpackex
    case 28: .slicedArray
    case 29...32 where dialect != .dragonfly: .template
    case 31, 32: .hashtable
    default: .opaque
    }
  }
}
