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

/// How a value is laid out in the file: what `OBJECT ENCODING` would call it, as far as the type shows.
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
  /// Values whose fields are in a template (Redis 8.10).
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
