// The server that commands are written for: what it understands and which payloads it accepts.

package import RDB

/// A server and its version.
package struct ServerVersion: Hashable, BitwiseCopyable, Sendable {
  /// The server family.
  package enum Product: String, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// Redis.
    case redis
    /// Valkey.
    case valkey
    /// Tair: a Redis of its version with commands of its own.
    case tair
  }

  /// The server family.
  package let product: Product
  /// The major version.
  package let major: Int
  /// The minor version.
  package let minor: Int

  /// Creates a version.
  package init(_ product: Product, _ major: Int, _ minor: Int) {
    self.product = product
    self.major = major
    self.minor = minor
  }

  /// Parses `redis:7.2`, `valkey:8.1` or `tair:5.0`.
  ///
  /// A product alone means a version old enough for most targets: redis:7.0, valkey:8.0, tair:5.0.
  /// Nil for anything else, and for versions before Redis 2.6, Valkey 7.2 or Tair 4.0.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let product = parts.first.flatMap({ Product(rawValue: String($0)) }) else { return nil }
    guard parts.count == 2 else {
      self = product.defaultVersion
      return
    }
    let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false)
      .map { UInt16($0).map { Int($0) } }
    guard let major = numbers.first.flatMap({ $0 }), numbers.count <= 3,
      numbers.allSatisfy({ $0 != nil })
    else { return nil }
    self.init(product, major, numbers.count > 1 ? numbers[1] ?? 0 : 0)
    let oldest = product.oldestSupported
    guard isAtLeast(oldest.major, oldest.minor) else { return nil }
  }

  /// The version in the form that `init(_:)` parses.
  package var description: String { "\(product.rawValue):\(major).\(minor)" }

  private func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    (self.major, self.minor) >= (major, minor)
  }

  /// The releases of Redis that began an RDB version, newest first.
  private static let rdbVersions: [(major: Int, minor: Int, version: UInt16)] = [
    (8, 10, 15), (8, 8, 14), (8, 6, 13), (7, 4, 12), (7, 2, 11), (7, 0, 10), (5, 0, 9),
    (4, 0, 8), (3, 2, 7),
  ]

  /// The newest RDB version it reads.
  var rdbVersion: UInt16 {
    if product == .valkey { return isAtLeast(9, 0) ? 80 : 11 }
    return ServerVersion.rdbVersions.first { isAtLeast($0.major, $0.minor) }?.version ?? 6
  }

  /// The oldest server that loads files with a header.
  init(loading header: RDBHeader) {
    if header.isValkey {
      self.init(.valkey, 9, 0)
    } else {
      let oldest = ServerVersion.rdbVersions.last { $0.version >= header.version }
      let release = oldest ?? ServerVersion.rdbVersions[0]
      self.init(.redis, release.major, release.minor)
    }
  }

  /// Whether RESTORE accepts a payload of this version.
  ///
  /// Valkey diverged after 11; newer payloads of Valkey say 80.
  func accepts(_ payload: DumpPayload) -> Bool {
    if payload.version > 11, (payload.version == 80) != (product == .valkey) { return false }
    return payload.version <= rdbVersion
  }

  /// Whether the server may have a module: those of Tair are in Tair only.
  package func mayHave(_ module: ModuleID?) -> Bool {
    product == .tair || module.map { !$0.isTair } ?? true
  }

  /// Whether the server has a module without anybody loading it.
  package func brings(_ module: ModuleID?) -> Bool { product == .tair && module?.isTair == true }

  /// Whether SET has PXAT.
  package var supportsPXAT: Bool { isAtLeast(6, 2) }
  /// Whether HSET accepts several fields.
  var supportsVariadicHSET: Bool { isAtLeast(4, 0) }
  /// Whether hash fields can expire.
  var supportsFieldExpiry: Bool { product == .valkey ? isAtLeast(9, 0) : isAtLeast(7, 4) }
  var supportsModules: Bool { isAtLeast(4, 0) }
  var supportsStreams: Bool { isAtLeast(5, 0) }
  /// Whether stream counters can be set: XSETID ENTRIESADDED, XGROUP CREATE ENTRIESREAD.
  var supportsStreamCounters: Bool { isAtLeast(7, 0) }
  /// Whether XGROUP CREATECONSUMER exists.
  var supportsCreateConsumer: Bool { isAtLeast(6, 2) }
  /// Whether XGROUP CREATE limits ENTRIESREAD to the entries added.
  var clampsEntriesRead: Bool { product == .redis && isAtLeast(8, 0) }
  /// Whether pending entries whose message was deleted can be claimed.
  var canClaimDeletedEntries: Bool { !isAtLeast(7, 0) }
  /// Whether there are functions.
  package var supportsFunctions: Bool { isAtLeast(7, 0) }
  /// Whether RESTORE has ABSTTL, IDLETIME and FREQ.
  var supportsRestoreOptions: Bool { isAtLeast(5, 0) }
  /// Whether RESTORE has REPLACE.
  var supportsRestoreReplace: Bool { isAtLeast(3, 0) }
  /// Whether streams detect duplicate messages (XCFGSET).
  var supportsIdempotentMessages: Bool { product == .redis && isAtLeast(8, 6) }
  var supportsUnlink: Bool { isAtLeast(4, 0) }
}

extension ServerVersion.Product {
  /// The version that the product's name alone stands for.
  fileprivate var defaultVersion: ServerVersion {
    switch self {
    case .redis: ServerVersion(self, 7, 0)
    case .valkey: ServerVersion(self, 8, 0)
    case .tair: ServerVersion(self, 5, 0)
    }
  }

  fileprivate var oldestSupported: ServerVersion {
    switch self {
    case .redis: ServerVersion(self, 2, 6)
    case .valkey: ServerVersion(self, 7, 2)
    case .tair: ServerVersion(self, 4, 0)
    }
  }
}
