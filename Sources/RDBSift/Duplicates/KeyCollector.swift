// Collects the keys of a file during a sweep, to compare them with each other, with those of other files,
// or by their new names.

import Export
package import RDB
import Restore

/// How keys are collected.
package struct KeyCollection: Sendable {
  /// The mapping of keys: two keys coincide if they get the same database and name.
  package var mapping = KeyMapping()
  /// Whether to collect the cluster slots of all keys too.
  package var takesSlots = false
  /// The first hash bucket to collect.
  var start = 0
  /// The number of hashes that each thread may keep.
  var limit = KeyHashes.limit

  /// Collects keys under their own names.
  package init() {}
}

/// The collected keys of a file.
package struct CollectedKeys: Mergeable, Sendable {
  /// The number of all keys, selected or not.
  package private(set) var count: UInt64 = 0
  /// The cluster slots of their names.
  package private(set) var slots = SlotSet()
  /// Whether there are keys outside database 0.
  package private(set) var hasOtherDatabases = false
  /// Hashes of the restored keys, an element per thread.
  private(set) var hashes: [KeyHashes] = []

  /// Makes an empty collection.
  package init() {}

  /// Adds the keys that another thread collected in the same file.
  package mutating func merge(_ other: CollectedKeys) {
    count &+= other.count
    slots.formUnion(other.slots)
    hasOtherDatabases = hasOtherDatabases || other.hasOtherDatabases
    hashes += other.hashes
  }

  /// A copy without hashes, which take most of the memory.
  var withoutHashes: CollectedKeys {
    var keys = self
    keys.hashes = []
    return keys
  }

  mutating func add(_ key: RawSpan, database: UInt32, takesSlot: Bool) {
    count &+= 1
    if database != 0 { hasOtherDatabases = true }
    if takesSlot { slots.insert(HashSlot(of: key)) }
  }

  mutating func take(_ hashes: KeyHashes) { self.hashes = [hashes] }
}

/// Collects keys on one thread.
struct KeyCollector: ~Copyable {
  private let collection: KeyCollection
  private var keys = CollectedKeys()
  private var hashes: KeyHashes
  private var namer: RecordNamer

  init(_ collection: KeyCollection) {
    self.collection = collection
    hashes = KeyHashes(from: collection.start, limit: collection.limit)
    namer = RecordNamer(collection.mapping.naming)
  }

  /// Adds a key; only restored keys are compared.
  @inline(__always)
  mutating func add(_ record: RDBRecord, in bytes: RawSpan, isRestored: Bool) {
    if let raw = record.rawKey {
      let key = bytes.extracting(raw.offset..<raw.end)
      keys.add(key, database: record.database, takesSlot: collection.takesSlots)
      if isRestored, namer.isIdentity { return hashes.add(hash(of: key, record)) }
    } else {
      addPacked(record, in: bytes)
    }
    if isRestored { addRenamed(record, in: bytes) }
  }

  @inline(__always)
  private func hash(of name: RawSpan, _ record: RDBRecord) -> UInt64 {
    ByteHash.of(ByteHash.of(name), database: collection.mapping.databases(record.database))
  }

  /// Counts a key that is stored as an integer or compressed.
  ///
  /// The job reports keys that cannot be read.
  @inline(never)
  private mutating func addPacked(_ record: RDBRecord, in bytes: RawSpan) {
    guard let key = record.readableKey(in: bytes) else { return }
    key.withRawSpan {
      keys.add($0, database: record.database, takesSlot: collection.takesSlots)
    }
  }

  /// Adds the hash of the new name.
  ///
  /// The job that writes the key reports a name that cannot be made.
  @inline(never)
  private mutating func addRenamed(_ record: RDBRecord, in bytes: RawSpan) {
    let databases = collection.mapping.databases
    let hash = try? namer.withName(of: record, in: bytes) { name throws(JobFailure) in
      ByteHash.of(ByteHash.of(name), database: databases(record.database))
    }
    if let hash { hashes.add(hash) }
  }

  consuming func finish() -> CollectedKeys {
    var (keys, hashes) = (keys, hashes)
    hashes.end()
    keys.take(hashes)
    return keys
  }
}
