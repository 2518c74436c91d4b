// What is gathered about the keys of a file while a job goes through it, so that they can be compared with
// each other, with those of other files, or by the names that they are to get.

import Export
package import RDB
import Restore

/// How keys are gathered.
package struct KeyCollection: Sendable {
  /// Where keys go: two keys coincide where they get one name in one database.
  package var mapping = KeyMapping()
  /// Whether the cluster slots of all keys are gathered too.
  package var takesSlots = false
  /// The first bucket of hashes that is gathered.
  var start = 0
  /// Hashes that each thread may keep.
  var limit = KeyHashes.limit

  /// Gathers keys by their own names.
  package init() {}
}

/// The keys of a file, as they were gathered.
package struct CollectedKeys: Mergeable, Sendable {
  /// All keys, whatever is selected.
  package private(set) var count: UInt64 = 0
  /// The cluster slots that they are in, by their names.
  package private(set) var slots = SlotSet()
  /// Whether there are keys outside of database 0.
  package private(set) var hasOtherDatabases = false
  /// Hashes of the keys that the selection restores, an element per thread.
  private(set) var hashes: [KeyHashes] = []

  /// Makes a collection of no keys.
  package init() {}

  /// Adds what another thread gathered in the same file.
  package mutating func merge(_ other: CollectedKeys) {
    count &+= other.count
    slots.formUnion(other.slots)
    hasOtherDatabases = hasOtherDatabases || other.hasOtherDatabases
    hashes += other.hashes
  }

  /// The same without hashes, which take most of the memory.
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

/// Gathers keys on one thread.
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

  /// Takes a key in; only those that are restored are compared.
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

  /// Counts a key that is stored as a number or compressed; the job reports one that cannot be read.
  @inline(never)
  private mutating func addPacked(_ record: RDBRecord, in bytes: RawSpan) {
    guard let key = record.readableKey(in: bytes) else { return }
    key.withRawSpan {
      keys.add($0, database: record.database, takesSlot: collection.takesSlots)
    }
  }

  /// A name that cannot be made ends the job that would write it.
  @inline(never)
  private mutating func addRenamed(_ record: RDBRecord, in bytes: RawSpan) {
    let databases = collection.mapping.databases
    let hash = try? namer.withName(of: record, in: bytes) { name throws(JobFailure) in
      ByteHash.of(ByteHash.of(name), database: databases(record.database))
    }
    if let hash { hashes.add(hash) }
  }

  consuming func finish() -> CollectedKeys {
    var keys = keys
    keys.take(hashes)
    return keys
  }
}
