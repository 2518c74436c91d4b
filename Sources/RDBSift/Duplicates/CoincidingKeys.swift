// Keys that coincide: twice in one file, in two files, or under the names that they are to get. Where the
// hashes of keys repeat, the keys themselves are read and compared, so what is reported is certain.

import Export
package import RDB
package import Restore

/// A name in a database that several records have, or would get.
package struct CoincidingKey: Hashable, Sendable {
  /// A record.
  package struct Place: Hashable, Sendable {
    /// The number of the file in the backup, from 0.
    package var file: Int
    /// Where the record begins in that file.
    package var offset: Int
    /// The record itself.
    package var record: RDBRecord
    /// Its own key.
    package var key: [UInt8]
  }

  /// The database that they are in, or go to.
  package var database: UInt32
  /// The key, or the name that it gets.
  package var name: [UInt8]
  /// The records, in the order of files and offsets; two at least.
  package var places: [Place]

  /// Of each file that has the key, the first record.
  package var firstOfEachFile: [Place] {
    places.indices.filter { $0 == 0 || places[$0 - 1].file != places[$0].file }.map { places[$0] }
  }

  /// Records of a key that the same file has had already, each with the first of that file.
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

/// What a search for coinciding keys found.
package struct CoincidingKeys: Sendable {
  /// The keys, in the order of their second records; not all of them if there are many.
  package var keys: [CoincidingKey] = []
  /// Whether there may be more.
  package var isCut = false

  /// Adds what a sweep found.
  mutating func add(_ summary: CoincidingKeyVisitor.Summary) {
    keys += CoincidingKey.all(in: summary)
    isCut = isCut || summary.isCut
  }

  /// Puts keys in the order of their second records.
  mutating func sort() {
    keys.sort { a, b in
      (a.places[1].file, a.places[1].offset) < (b.places[1].file, b.places[1].offset)
    }
  }
}

/// Reads the keys whose hashes repeat.
struct CoincidingKeyVisitor: RecordVisitor, ~Copyable {
  /// Records that are kept: enough to see that a file was put together of others.
  private static let limit = 1 << 16

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

    /// Whether some records found no room.
    var isCut: Bool { count > CoincidingKeyVisitor.limit }
  }

  private let suspects: Set<UInt64>
  private let databases: DatabaseMap
  private var namer: RecordNamer
  private var summary = Summary()

  init(_ suspects: Set<UInt64>, _ mapping: KeyMapping) {
    self.suspects = suspects
    databases = mapping.databases
    namer = RecordNamer(mapping.naming)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    let database = databases(record.database)
    let name = try namer.withName(of: record, in: bytes) { [suspects] name throws(JobFailure) in
      suspects.contains(ByteHash.of(ByteHash.of(name), database: database))
        ? [UInt8](copying: name) : nil
    }
    guard let name else { return }
    summary.count += 1
    guard summary.count <= CoincidingKeyVisitor.limit else { return }
    let key = record.readableKey(in: bytes) ?? []
    summary.places[Name(database: database, name: name), default: []].append(
      CoincidingKey.Place(file: context.file, offset: record.start, record: record, key: key))
  }

  consuming func finish() -> Summary { summary }
}

extension CoincidingKey {
  /// The names that several records have, in no order.
  fileprivate static func all(in found: CoincidingKeyVisitor.Summary) -> [CoincidingKey] {
    found.places.filter { $0.value.count > 1 }
      .map { name, places in
        CoincidingKey(
          database: name.database, name: name.name,
          places: places.sorted { ($0.file, $0.offset) < ($1.file, $1.offset) })
      }
  }
}
