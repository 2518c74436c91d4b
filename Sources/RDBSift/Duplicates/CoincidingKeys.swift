// Coinciding keys: twice in one file, in two files, or under the same new name. Keys with equal hashes are
// read and compared, so there are no false reports.

import Export
package import RDB
import Restore

/// A database and key name that several records have or would get.
package struct CoincidingKey: Hashable, Sendable {
  /// A record.
  package struct Place: Hashable, Sendable {
    /// The number of the file in the backup, from 0.
    package var file: Int
    /// The offset of the record in that file, or of the gap that a partial one was made of.
    package var offset: Int
    package var record: RDBRecord
    /// Its key, before renaming.
    package var key: [UInt8]
    /// The confidence in a salvaged record; nil outside of salvage.
    var confidence: Confidence?
  }

  /// The database that the records are in or go to.
  package var database: UInt32
  /// The key, or its new name.
  package var name: [UInt8]
  /// The records in the order of files and offsets; at least two.
  package var places: [Place]

  /// The first record in each file that has the key.
  package var firstOfEachFile: [Place] {
    places.indices.filter { $0 == 0 || places[$0 - 1].file != places[$0].file }.map { places[$0] }
  }

  /// Repeated records within a file, each with the first record of that file.
  package var repetitions: [(first: Place, next: Place)] {
    var first: Place?
    return places.compactMap { place in
      guard let known = first, known.file == place.file else {
        first = place
        return nil
      }
      return (known, place)
    }
  }
}

/// The result of a search for coinciding keys.
package struct CoincidingKeys: Sendable {
  /// The most records that are compared.
  package static let limit = CoincidingKeyVisitor.limit

  /// The keys in the order of their second records; incomplete if `isTruncated`.
  package var keys: [CoincidingKey] = []
  /// Whether there may be more keys.
  package var isTruncated = false

  /// Adds the result of a sweep.
  mutating func add(_ summary: CoincidingKeyVisitor.Summary) {
    keys += CoincidingKey.all(in: summary)
    isTruncated = isTruncated || summary.isTruncated
  }

  /// Sorts the keys by their second records.
  mutating func sort() {
    keys.sort { a, b in
      (a.places[1].file, a.places[1].offset) < (b.places[1].file, b.places[1].offset)
    }
  }
}

/// Reads the keys of repeated hashes.
struct CoincidingKeyVisitor: RecordVisitor, ~Copyable {
  /// Records kept, some hundred bytes each.
  static let limit = 1 << 20

  struct Name: Hashable {
    var database: UInt32
    var name: [UInt8]
  }

  struct Summary: Mergeable, Sendable {
    fileprivate(set) var places: [Name: [CoincidingKey.Place]] = [:]
    fileprivate(set) var count = 0

    mutating func merge(_ other: Summary) {
      places.merge(other.places) { $0 + $1 }
      count += other.count
    }

    /// Whether records were dropped.
    var isTruncated: Bool { count > CoincidingKeyVisitor.limit }
  }

  /// Fingerprints of the keys that are read.
  private let hashes: Set<UInt64>
  private let databases: DatabaseMap
  private var namer: RecordNamer
  private var summary = Summary()

  init(_ hashes: Set<UInt64>, _ mapping: KeyMapping) {
    self.hashes = hashes
    databases = mapping.databases
    namer = RecordNamer(mapping.naming)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    let database = databases(record.database)
    let name = try namer.withName(of: record, in: bytes) { [hashes] name throws(JobFailure) in
      let hash = ByteHash.of(ByteHash.of(name), database: database)
      return hashes.contains(KeyHashes.fingerprint(hash))
        ? [UInt8](copying: name) : nil
    }
    guard let name else { return }
    summary.count += 1
    guard summary.count <= CoincidingKeyVisitor.limit else { return }
    // A key that is not renamed is stored once.
    let own = record.readableKey(in: bytes) ?? []
    let key = own == name ? name : own
    summary.places[Name(database: database, name: name), default: []].append(
      CoincidingKey.Place(
        file: context.file, offset: context.identity(of: record), record: record, key: key,
        confidence: context.confidence))
  }

  consuming func finish() -> Summary { summary }
}

extension CoincidingKey {
  /// The names that several records share, in no order.
  fileprivate static func all(in found: CoincidingKeyVisitor.Summary) -> [CoincidingKey] {
    found.places.filter { $0.value.count > 1 }
      .map { name, places in
        CoincidingKey(
          database: name.database, name: name.name,
          places: places.sorted { ($0.file, $0.offset) < ($1.file, $1.offset) })
      }
  }
}
