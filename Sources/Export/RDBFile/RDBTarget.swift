// What an RDB file for a given server may contain.

package import RDB

/// The RDB version and the value types that a server loads.
package struct RDBTarget: Hashable, Sendable {
  /// The server.
  package let server: ServerVersion
  /// The header of a file for it: the newest version that it loads.
  package let header: RDBHeader
  /// Whether the server was named, and not only guessed from a header.
  private let isNamed: Bool

  /// Describes the files that a server loads.
  package init(_ server: ServerVersion) {
    self.server = server
    isNamed = true
    let version = server.rdbVersion
    header = RDBHeader(isValkey: version >= 80, version: version)
  }

  /// Describes files with a header, and the oldest server that loads them.
  package init(_ header: RDBHeader) {
    server = ServerVersion(loading: header)
    isNamed = false
    self.header = header
  }

  /// Whether the templates of hashes may be written (Redis 8.10 and later).
  package var supportsTemplates: Bool { !header.isValkey && header.version >= 15 }
  /// Whether records may have idle times and LFU counters (since version 9).
  var supportsUse: Bool { header.version >= 9 }
  /// Whether AUX fields may be written (since version 7).
  package var supportsAux: Bool { header.version >= 7 }
  /// Whether function libraries may be written (since version 10).
  package var supportsFunctions: Bool { header.version >= 10 }
  /// Whether data of modules may be written beside the keys (since version 9).
  package var supportsModuleAux: Bool { server.supportsModules && header.version >= 9 }
  /// Whether key counts of slots may be written (Redis 7.4 and later).
  package var supportsSlotInfo: Bool { !header.isValkey && header.version >= 12 }
  /// Whether records may have metadata of modules (Redis 8.6 and later).
  var supportsKeyMetadata: Bool { !header.isValkey && header.version >= 13 }

  /// Whether the server may have every module.
  var mayHaveAnyModule: Bool { !isNamed || server.product == .tair }

  /// Whether the server may have the module of a record; true for a record without one.
  func mayHaveModule(of record: RDBRecord, in bytes: RawSpan) -> Bool {
    record.type != .module2 || mayHaveAnyModule || server.mayHave(record.module(in: bytes))
  }

  /// Whether the server loads values of a type as they are.
  func loads(_ type: RDBType, in dialect: RDBDialect) -> Bool {
    if type == .valkeyHash2, dialect == .valkey { return header.isValkey }
    guard let version = RDBTarget.version(of: type, in: dialect) else { return false }
    if version > 11, header.isValkey { return false }
    return version <= header.version
  }

  /// The lowest RDB version that has a type; nil for types of no release of Redis.
  private static func version(of type: RDBType, in dialect: RDBDialect) -> UInt16? {
    // Templates stand in the file, which a DUMP payload does not have.
    if dialect == .redis, (29...32).contains(type.rawValue) { return 15 }
    return DumpPayload.version(of: type, in: dialect)
  }

  /// The type of a hash whose fields expire; nil if they cannot.
  var expiringHash: RDBType? {
    guard server.supportsFieldExpiry else { return nil }
    return header.isValkey ? .valkeyHash2 : .hashMetadata
  }

  /// The newest type of a stream; nil if there are none.
  var stream: RDBType? {
    switch header.version {
    case ..<9: nil
    case 9: .streamListpacks
    case 10: .streamListpacks2
    case 13 where !header.isValkey: .streamListpacks4
    case 14... where !header.isValkey: .streamListpacks5
    default: .streamListpacks3
    }
  }

  /// The type of a sorted set: binary scores since version 8.
  var sortedSet: RDBType { header.version >= 8 ? .zset2 : .zset }
}
