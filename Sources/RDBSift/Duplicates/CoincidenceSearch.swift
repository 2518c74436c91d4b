// The one search for keys that coincide. Hashes come from a sweep that a job makes anyway, or from one of
// their own; only those that repeat are looked at a second time.

import RDB
package import Restore

/// Finds keys that coincide in a backup, or in what is left of one.
struct CoincidenceSearch {
  /// Hashes whose keys are read at once.
  private static let suspectLimit = 4096

  /// How the keys were gathered.
  var collection: KeyCollection
  var threads: Int
  /// Whether one key is as good as all: where nothing may coincide.
  var stopsEarly = false
  /// Goes through all files once more, and gathers keys.
  var gather: (KeyCollection) throws -> [CollectedKeys]
  /// Goes through all files once more, and reads the keys that have one of some hashes.
  var read: (Set<UInt64>) throws -> CoincidingKeyVisitor.Summary?

  /// Looks for keys that coincide among those that a sweep gathered.
  ///
  /// - Parameter collected: What was gathered in each file.
  /// - Returns: What was found.
  /// - Throws: What ends one of the sweeps that look a second time.
  func run(_ collected: [CollectedKeys]) throws -> CoincidingKeys {
    var found = CoincidingKeys()
    var collected = collected
    while true {
      let (hashes, next) = KeyHashes.repeated(
        in: collected.flatMap(\.hashes), threads: threads)
      if try look(at: hashes, into: &found) { break }
      guard let next else { break }
      var rest = collection
      rest.start = next
      collected = try gather(rest)
    }
    found.sort()
    return found
  }

  /// Reads the keys of hashes that repeat; whether that is enough.
  private func look(
    at hashes: [UInt64], into found: inout CoincidingKeys
  ) throws -> Bool {
    for start in stride(from: 0, to: hashes.count, by: CoincidenceSearch.suspectLimit) {
      let end = min(start + CoincidenceSearch.suspectLimit, hashes.count)
      guard let summary = try read(Set(hashes[start..<end])) else { continue }
      found.add(summary)
      if found.isCut || stopsEarly && !found.keys.isEmpty { return true }
    }
    return false
  }
}

extension Backup {
  /// The search for keys that coincide in this backup.
  ///
  /// A file that cannot be read to its end has been reported by the first sweep.
  func coincidenceSearch(_ request: SweepRequest) -> CoincidenceSearch {
    var again = request
    again.checksum = false
    // The sweeps of a search do not search.
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

/// Looks at nothing: for sweeps that only gather keys.
struct IdleVisitor: RecordVisitor, ~Copyable {
  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {}

  consuming func finish() -> NoSummary { NoSummary() }
}
