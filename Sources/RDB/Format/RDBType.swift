/// The byte that states how a value is laid out.
///
/// Open: a file may hold numbers that have no name yet.
public struct RDBType: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
  /// The byte.
  public var rawValue: UInt8

  /// Makes a type from its byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// Types are below this number; opcodes are not.
  static let end: UInt8 = 100
}

// The names of Redis, and of other servers where they have numbers of their own.
extension RDBType {
  /// A string.
  public static var string: RDBType { RDBType(0) }
  /// A list, one string per element.
  public static var list: RDBType { RDBType(1) }
  /// A set, one string per member.
  public static var set: RDBType { RDBType(2) }
  /// A sorted set with scores as text (before RDB 8).
  public static var zset: RDBType { RDBType(3) }
  /// A hash, two strings per field.
  public static var hash: RDBType { RDBType(4) }
  /// A sorted set with scores as doubles.
  public static var zset2: RDBType { RDBType(5) }
  /// A module's value without opcodes (4.0 release candidates); cannot be skipped.
  public static var modulePreGA: RDBType { RDBType(6) }
  /// A module's value.
  public static var module2: RDBType { RDBType(7) }
  /// A hash as a zipmap.
  public static var hashZipmap: RDBType { RDBType(9) }
  /// A list as a ziplist.
  public static var listZiplist: RDBType { RDBType(10) }
  /// A set as an intset.
  public static var setIntset: RDBType { RDBType(11) }
  /// A sorted set as a ziplist.
  public static var zsetZiplist: RDBType { RDBType(12) }
  /// A hash as a ziplist.
  public static var hashZiplist: RDBType { RDBType(13) }
  /// A list of ziplists.
  public static var listQuicklist: RDBType { RDBType(14) }
  /// A stream (Redis 5.0).
  public static var streamListpacks: RDBType { RDBType(15) }
  /// A hash as a listpack.
  public static var hashListpack: RDBType { RDBType(16) }
  /// A sorted set as a listpack.
  public static var zsetListpack: RDBType { RDBType(17) }
  /// A list of listpacks and large elements.
  public static var listQuicklist2: RDBType { RDBType(18) }
  /// A stream (Redis 7.0).
  public static var streamListpacks2: RDBType { RDBType(19) }
  /// A set as a listpack.
  public static var setListpack: RDBType { RDBType(20) }
  /// A stream (Redis 7.2).
  public static var streamListpacks3: RDBType { RDBType(21) }
  /// A hash whose fields have expiries (7.4 release candidates).
  public static var hashMetadataPreGA: RDBType { RDBType(22) }
  /// A hash whose fields have expiries (Valkey).
  public static var valkeyHash2: RDBType { RDBType(22) }
  /// The same as a listpack (7.4 release candidates).
  public static var hashListpackExPreGA: RDBType { RDBType(23) }
  /// A hash whose fields have expiries (Redis 7.4).
  public static var hashMetadata: RDBType { RDBType(24) }
  /// The same as a listpack.
  public static var hashListpackEx: RDBType { RDBType(25) }
  /// A stream (Redis 8.6).
  public static var streamListpacks4: RDBType { RDBType(26) }
  /// A stream (Redis 8.8).
  public static var streamListpacks5: RDBType { RDBType(27) }
  /// A sparse array (Redis 8.8).
  public static var array: RDBType { RDBType(28) }
  /// A hash with its template: fields and values as listpacks (DUMP only).
  public static var hashTemplateListpack: RDBType { RDBType(29) }
  /// A hash that refers to a template of the file; values as a listpack.
  public static var hashTemplateListpackRef: RDBType { RDBType(30) }
  /// A hash with its template: values as strings (DUMP only).
  public static var hashTemplateArray: RDBType { RDBType(31) }
  /// A hash that refers to a template of the file; values as strings.
  public static var hashTemplateArrayRef: RDBType { RDBType(32) }
  /// A rate limiter's state.
  public static var gcra: RDBType { RDBType(33) }
  /// A cron job (KeyDB).
  public static var keyDBCron: RDBType { RDBType(64) }
}

// Dragonfly's own numbers.
extension RDBType {
  /// A JSON document (Dragonfly).
  public static var dragonflyJSON: RDBType { RDBType(30) }
  /// A hash whose fields have expiries (Dragonfly).
  public static var dragonflyHash: RDBType { RDBType(31) }
  /// A set whose members have expiries (Dragonfly).
  public static var dragonflySet: RDBType { RDBType(32) }
  /// A Bloom filter (Dragonfly).
  public static var dragonflyBloomFilter: RDBType { RDBType(33) }
  /// A Bloom filter in chunks (Dragonfly).
  public static var dragonflyBloomFilter2: RDBType { RDBType(34) }
  /// A count-min sketch (Dragonfly).
  public static var dragonflyCountMinSketch: RDBType { RDBType(35) }
  /// A top-k structure (Dragonfly).
  public static var dragonflyTopK: RDBType { RDBType(36) }
  /// A cuckoo filter (Dragonfly); cannot be skipped.
  public static var dragonflyCuckooFilter: RDBType { RDBType(37) }
}
