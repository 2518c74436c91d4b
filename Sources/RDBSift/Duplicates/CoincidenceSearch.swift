// Searches for coinciding keys. Key hashes come from the sweep of a job or from a sweep of their own; only
// keys with repeated hashes are read again.

import RDB
import Restore

/// Finds coinciding keys in a backup, or in the salvaged part of one.
struct CoincidenceSearch {
  /// Hashes whose keys one sweep reads.
  private static let suspectLimit = 1 << 20

  /// How the keys were collected.
  var collection: KeyCollection
  var threads: Int
  /// Sweeps all files again and collects key hashes.
  var collect: (KeyCollection) throws -> [CollectedKeys]
  /// Sweeps all files again and reads the keys that have one of the hashes.
  var read: (Set<UInt64>) throws -> CoincidingKeyVisitor.Summary?

  /// Finds coinciding keys among those that a sweep collected.
  ///
  /// - Parameter collected: The collected keys per file.
  /// - Returns: The coinciding keys.
  /// - Throws: What `collect` and `read` throw.
  func run(_ collected: [CollectedKeys]) throws -> CoincidingKeys {
    var found = CoincidingKeys()
    var collected = collected
    while true {
      let (hashes, next) = KeyHashes.repeated(
        in: collected.flatMap(\.hashes), threads: threads)
      if try readKeys(of: hashes, into: &found) { break }
      guard let next else { break }
      var rest = collection
      rest.start = next
      collected = try collect(rest)
    }
    found.sort()
    return found
  }

  /// Reads the keys of repeated hashes and returns whether the search can end.
  private func readKeys(
    of hashes: [UInt64], into found: inout CoincidingKeys
  ) throws -> Bool {
    for start in stride(from: 0, to: hashes.count, by: CoincidenceSearch.suspectLimit) {
      let end = min(start + CoincidenceSearch.suspectLimit, hashes.count)
      guard let summary = try read(Set(hashes[start..<end])) else { continue }
      found.add(summary)
      if found.isTruncated { return true }
    }
    return false
  }
}

extension Backup {
  /// The search for coinciding keys in this backup.
  ///
  /// The first sweep has already reported files that cannot be read to their end.
  func coincidenceSearch(_ request: SweepRequest) -> CoincidenceSearch {
    var again = request
    again.checksum = false
    // The sweeps of a search start no search of their own.
    again.comparesFiles = false
    again.comparesAllKeys = false
    again.label = "comparing keys"
    let mapping = request.collection?.mapping ?? KeyMapping()
    var collection = collection(for: request) ?? KeyCollection()
    collection.takesSlots = false
    return CoincidenceSearch(collection: collection, threads: threads) {
      [again] collection in
      var gathering = again
      gathering.collection = collection
      return sweep(gathering) { _ in IdleVisitor() }.collected
    } read: { [again] suspects in
      var reading = again
      reading.collection = nil
      return sweep(reading) { _ in CoincidingKeyVisitor(suspects, mapping) }.merged
    }
  }
}

/// Ignores all records, for sweeps that only collect keys.
struct IdleVisitor: RecordVisitor, ~Copyable {
  var readsValues: Bool { false }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {}

  consuming func finish() -> NoSummary { NoSummary() }
}
