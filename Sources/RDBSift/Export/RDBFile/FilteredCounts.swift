// The counts of the first of two sweeps that write a filtered RDB file. RESIZEDB precedes the keys of a
// database, so the first sweep counts the selected keys with the same plan.

import RDB
import Restore

/// The selected keys of a file, and the reasons why it cannot be filtered.
package struct FilteredCounts: Sendable {
  /// Key counts of a database or slot.
  package struct Count: Hashable, Sendable {
    package var keys: UInt64 = 0
    package var expires: UInt64 = 0
    /// Hashes with field expiries (Valkey).
    package var volatile: UInt64 = 0
    /// Whether an earlier file of the same output has declared the database.
    var isDeclared = false

    mutating func merge(_ other: Count) {
      keys += other.keys
      expires += other.expires
      volatile += other.volatile
    }
  }

  /// Why a file cannot be filtered.
  package enum Refusal: String, Hashable, Sendable, CaseIterable {
    /// Member expiries follow their key in AUX fields (KeyDB).
    case memberExpiries
    /// The file has a journal of changes after the snapshot (Dragonfly).
    case journal
    /// Only a key, which may be filtered out, marks the file as Dragonfly's.
    case lateDialect
    /// Several files have different formats.
    case otherFormat
    /// Several files have different function libraries.
    case otherFunctions
    /// One of several files has module data, hash templates or slot imports, which cannot be merged.
    case beside
  }

  /// Counts by database.
  package var databases: [UInt32: Count] = [:]
  /// Counts by cluster slot over all databases, if records have slots.
  package var slots: [UInt16: Count] = [:]
  /// The reasons why the file cannot be filtered.
  package var refusals: Set<Refusal> = []
  /// The modules of written values.
  var modules: Set<String> = []
  /// The source code of function libraries.
  var functions: Set<[UInt8]> = []
  /// Whether an earlier file goes to the same output and has written AUX fields and functions.
  var isBehindAnother = false

  /// Makes zero counts.
  package init() {}

  /// Adds the counts of another thread or file.
  package mutating func merge(_ other: FilteredCounts) {
    databases.merge(other.databases) { one, two in FilteredCounts.sum(one, two) }
    slots.merge(other.slots) { one, two in FilteredCounts.sum(one, two) }
    refusals.formUnion(other.refusals)
    functions.formUnion(other.functions)
    modules.formUnion(other.modules)
  }

  private static func sum(_ one: Count, _ two: Count) -> Count {
    var sum = one
    sum.merge(two)
    return sum
  }

  /// Adds the refusals that follow from the metadata of the whole file.
  package mutating func conclude(_ metadata: RDBMetadata, head: RDBMetadata) {
    let isDeclared = head.aux.contains { $0.name == Array("df-ver".utf8) }
    if metadata.dialect == .dragonfly, !isDeclared { refusals.insert(.lateDialect) }
  }
}

/// How a filtered file treats an AUX field.
enum AuxHandling: Hashable {
  /// Still valid: copied.
  case kept
  /// No longer valid (replication, AOF, memory): omitted.
  case leftOut
  /// Counts the keys of a cluster slot (Valkey): recounted.
  case countsSlot
  /// An expiry of a member of the key before it (KeyDB).
  case belongsToMember

  private static let names = [
    "used-mem", "lua", "mvcc-tstamp", "cluster-asm-task", "table-mem",
  ].map { Array($0.utf8) }
  private static let prefixes = ["repl-", "aof-"].map { Array($0.utf8) }
  private static let memberPrefix = Array("keydb-subexpire-".utf8)

  /// Whether a field holds for a file of any server.
  static func isGeneral(_ name: StringObject, in bytes: RawSpan) -> Bool {
    general.contains(name.unpacked(in: bytes) ?? [])
  }

  private static let general = ["redis-bits", "ctime"].map { Array($0.utf8) }

  /// Classifies a field by its name.
  init(_ name: StringObject, in bytes: RawSpan) {
    let name = name.unpacked(in: bytes) ?? []
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
