// The first of two sweeps that make a filtered RDB file: an RDB file says how many keys a database has
// before it has told any, so those that are kept are counted first, by the very same plan.

package import RDB
package import Restore

/// What will be kept of a file, and what keeps it from being made.
package struct FilteredCounts: Sendable {
  /// Keys, and those of them that expire.
  package struct Count: Hashable, Sendable {
    package var keys: UInt64 = 0
    package var expires: UInt64 = 0
    /// Hashes whose fields expire (Valkey).
    package var volatile: UInt64 = 0
    /// Whether a file before this one, which goes to the same output, has told of the database.
    var isDeclared = false

    mutating func merge(_ other: Count) {
      keys += other.keys
      expires += other.expires
      volatile += other.volatile
    }
  }

  /// Why no filtered file can be made of a file.
  package enum Refusal: String, Hashable, Sendable, CaseIterable {
    /// Deadlines of members stand behind the key they belong to (KeyDB).
    case memberDeadlines
    /// Changes that came after the snapshot are part of the file (Dragonfly).
    case journal
    /// That types mean what they mean to Dragonfly is told by a key that may be left out.
    case lateDialect
    /// Of several files, they are not in one format.
    case otherFormat
    /// Of several files, they do not have the same function libraries.
    case otherFunctions
    /// Of several files, one holds what is beside the keys and cannot stand in one file twice.
    case beside
  }

  /// By database: those that keys are kept of.
  package var databases: [UInt32: Count] = [:]
  /// By cluster slot, where the file tells it; over all databases.
  package var slots: [UInt16: Count] = [:]
  /// What keeps the file from being made.
  package var refusals: Set<Refusal> = []
  /// Function libraries, as they are spelled.
  var functions: Set<[UInt8]> = []
  /// Whether another file goes to the same output before this one: what is beside the keys stands
  /// there.
  var isBehindAnother = false

  /// Makes counts of nothing.
  package init() {}

  /// Adds another thread's counts.
  package mutating func merge(_ other: FilteredCounts) {
    databases.merge(other.databases) { one, two in FilteredCounts.sum(one, two) }
    slots.merge(other.slots) { one, two in FilteredCounts.sum(one, two) }
    refusals.formUnion(other.refusals)
    functions.formUnion(other.functions)
  }

  private static func sum(_ one: Count, _ two: Count) -> Count {
    var sum = one
    sum.merge(two)
    return sum
  }

  /// Adds what the file says of itself as a whole.
  package mutating func conclude(_ facts: RDBMetadata, head: RDBMetadata) {
    let isDeclared = head.aux.contains { $0.name == Array("df-ver".utf8) }
    if facts.dialect == .dragonfly, !isDeclared { refusals.insert(.lateDialect) }
  }
}

/// What becomes of an AUX field in a filtered file.
enum AuxHandling: Hashable {
  /// It says something about the file that is still so.
  case kept
  /// It says what is no longer so: of replication, of an AOF, of the server's memory.
  case leftOut
  /// It counts keys of a cluster slot (Valkey).
  case countsSlot
  /// It is a deadline of the key before it (KeyDB).
  case belongsToMember

  private static let names = [
    "used-mem", "lua", "mvcc-tstamp", "cluster-asm-task", "table-mem",
  ].map { Array($0.utf8) }
  private static let prefixes = ["repl-", "aof-"].map { Array($0.utf8) }
  private static let memberPrefix = Array("keydb-subexpire-".utf8)

  /// By the name of the field, whose place is one in the file.
  init(_ name: StringObject, in bytes: RawSpan) {
    let name = name.spelled(in: bytes) ?? []
    if name == SlotInfo.name {
      self = .countsSlot
    } else if name.starts(with: AuxHandling.memberPrefix) {
      self = .belongsToMember
    } else if AuxHandling.names.contains(name)
      || AuxHandling.prefixes.contains(where: { name.starts(with: $0) })
    {
      self = .leftOut
    } else {
      self = .kept
    }
  }
}
