import RDB

/// Counts of the keys with a prefix.
package struct PrefixCount: BitwiseCopyable, Codable, Sendable {
  /// Keys.
  package private(set) var keys: UInt64 = 0
  /// Bytes of memory.
  package private(set) var memory: UInt64 = 0
  /// Keys without an expiry.
  package private(set) var persistent: UInt64 = 0
  /// Keys that have expired.
  package private(set) var expired: UInt64 = 0
  /// Keys that expire later, and the seconds until they do, together.
  package private(set) var expiring: UInt64 = 0
  private var seconds: UInt64 = 0
  /// Keys whose idle time is stored, and their idle seconds together.
  package private(set) var idleKeys: UInt64 = 0
  private var idleSeconds: UInt64 = 0

  @inline(__always)
  mutating func add(_ row: StatisticsRow, now: Int64) {
    keys &+= 1
    memory &+= UInt64(row.memory)
    if !row.hasExpiry {
      persistent &+= 1
    } else if row.expiry <= now {
      expired &+= 1
    } else {
      expiring &+= 1
      // The difference of two 64-bit numbers, of which the first is greater, fits a UInt64.
      seconds &+= UInt64(bitPattern: row.expiry &- now) / 1000
    }
    guard row.flags.contains(.idle) else { return }
    idleKeys &+= 1
    idleSeconds &+= UInt64(row.evictionNumber)
  }

  mutating func merge(_ other: PrefixCount) {
    keys &+= other.keys
    memory &+= other.memory
    persistent &+= other.persistent
    expired &+= other.expired
    expiring &+= other.expiring
    seconds &+= other.seconds
    idleKeys &+= other.idleKeys
    idleSeconds &+= other.idleSeconds
  }

  /// Whether a file can have such keys.
  var isPossible: Bool {
    [persistent, expired, expiring, idleKeys].allSatisfy { $0 <= keys }
  }

  /// The keys and their memory.
  var count: MemoryCount { MemoryCount(keys: keys, memory: memory) }

  /// The average number of seconds until a key expires; nil if none does.
  package var averageTTL: UInt64? { expiring == 0 ? nil : seconds / expiring }
  /// The average idle time in seconds; nil if none is stored.
  package var averageIdle: UInt64? { idleKeys == 0 ? nil : idleSeconds / idleKeys }
}
