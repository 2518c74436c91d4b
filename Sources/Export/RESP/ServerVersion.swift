// The server that commands are written for: what it understands, and which payloads it takes.

import RDB

/// A server and its version.
public struct ServerVersion: Hashable, BitwiseCopyable, Sendable {
  /// Whose server it is.
  public enum Product: String, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// Redis.
    case redis
    /// Valkey.
    case valkey
    /// Tair: as a Redis of its version, with commands of its own.
    case tair
  }

  /// Whose server it is.
  public let product: Product
  /// The version's first number.
  public let major: Int
  /// The version's second number.
  public let minor: Int

  /// Makes a version.
  public init(_ product: Product, _ major: Int, _ minor: Int) {
    self.product = product
    self.major = major
    self.minor = minor
  }

  /// Reads `redis:7.2`, `valkey:8.1` or `tair:5.0`; a product alone stands for the version that is
  /// easiest to please: redis:7.0, valkey:8.0, tair:5.0.
  ///
  /// Nil for anything else, and for a Redis before 2.6 or a Valkey before 7.2.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let product = parts.first.flatMap({ Product(rawValue: String($0)) }) else { return nil }
    guard parts.count == 2 else {
      self = ServerVersion(product, ServerVersion.usual(product).0, ServerVersion.usual(product).1)
      return
    }
    let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false)
      .map { UInt16($0).map { Int($0) } }
    guard let major = numbers.first.flatMap({ $0 }), numbers.count <= 3,
      numbers.allSatisfy({ $0 != nil })
    else { return nil }
    self.init(product, major, numbers.count > 1 ? numbers[1] ?? 0 : 0)
    let least = ServerVersion.least(product)
    guard isAtLeast(least.0, least.1) else { return nil }
  }

  private static func usual(_ product: Product) -> (Int, Int) {
    switch product {
    case .redis: (7, 0)
    case .valkey: (8, 0)
    case .tair: (5, 0)
    }
  }

  private static func least(_ product: Product) -> (Int, Int) {
    switch product {
    case .redis: (2, 6)
    case .valkey: (7, 2)
    case .tair: (4, 0)
    }
  }

  /// The version as it is asked for.
  public var description: String { "\(product.rawValue):\(major).\(minor)" }

  private func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    (self.major, self.minor) >= (major, minor)
  }

  /// The newest RDB version that it reads.
  var rdbVersion: UInt16 {
    if product == .valkey { return isAtLeast(9, 0) ? 80 : 11 }
    let steps: [(Int, Int, UInt16)] = [
      (8, 10, 15), (8, 8, 14), (8, 6, 13), (7, 4, 12), (7, 2, 11), (7, 0, 10), (5, 0, 9),
      (4, 0, 8), (3, 2, 7),
    ]
    return steps.first { isAtLeast($0.0, $0.1) }?.2 ?? 6
  }

  /// Whether RESTORE takes a payload, by its version.
  ///
  /// Valkey went its own way after 11, and says 80 where it needs more.
  func takes(_ payload: DumpPayload) -> Bool {
    if payload.version > 11, (payload.version == 80) != (product == .valkey) { return false }
    return payload.version <= rdbVersion
  }

  /// Whether SET takes PXAT.
  public var takesPXAT: Bool { isAtLeast(6, 2) }
  /// Whether HSET takes more than one field.
  var takesHSETOfMany: Bool { isAtLeast(4, 0) }
  /// Whether fields of hashes expire.
  var expiresFields: Bool { product == .valkey ? isAtLeast(9, 0) : isAtLeast(7, 4) }
  /// Whether there are modules.
  var hasModules: Bool { isAtLeast(4, 0) }
  /// Whether there are streams.
  var hasStreams: Bool { isAtLeast(5, 0) }
  /// Whether a stream's counters can be set: XSETID ENTRIESADDED, XGROUP CREATE ENTRIESREAD.
  var setsStreamCounters: Bool { isAtLeast(7, 0) }
  /// Whether there is XGROUP CREATECONSUMER.
  var createsConsumers: Bool { isAtLeast(6, 2) }
  /// Whether pending entries whose message was deleted can be claimed.
  var claimsDeletedEntries: Bool { !isAtLeast(7, 0) }
  /// Whether there are functions.
  public var hasFunctions: Bool { isAtLeast(7, 0) }
  /// Whether RESTORE takes ABSTTL, IDLETIME and FREQ.
  var takesRestoreOptions: Bool { isAtLeast(5, 0) }
  /// Whether RESTORE takes REPLACE.
  var takesRestoreReplace: Bool { isAtLeast(3, 0) }
  /// Whether streams recognise messages that are sent twice (XCFGSET).
  var recognisesMessages: Bool { product == .redis && isAtLeast(8, 6) }
  /// Whether there is UNLINK.
  var hasUnlink: Bool { isAtLeast(4, 0) }
}
