// The same key in two files of a set. Hashes that were met twice are a suspicion; here the keys behind
// them are read and compared.

package import Export
package import RDB
package import Restore

/// A key that stands in two files.
package struct SharedKey: Hashable, Sendable {
  /// Where it stands.
  package struct Place: Hashable, Sendable {
    /// The number of the file in the set, from 0.
    package var shard: Int
    /// Where the record begins in that file.
    package var offset: Int
  }

  /// The database.
  package var database: UInt32
  /// The key, spelled out.
  package var key: [UInt8]
  /// The first place.
  package var first: Place
  /// The place in the next file that has it.
  package var second: Place
}

/// Reads the keys whose hashes are under suspicion.
package struct SharedKeyWorker: RecordWorker, ~Copyable {
  /// A database and a key.
  package struct Name: Hashable, Sendable {
    var database: UInt32
    var key: [UInt8]
  }

  /// What a worker found.
  package struct Found: Sendable {
    /// Where each key stands first, as far as the worker has seen.
    var places: [Name: Int] = [:]
    /// Keys that the selection restores.
    package var restored: UInt64 = 0
  }

  /// Keys that are kept at most; there are no more suspicions than a part of that.
  private static let limit = 1 << 16

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private let suspects: Set<UInt64>
  private var selector: RecordSelector
  private var scratch = Scratch()
  private var found = Found()

  /// Makes a worker for one thread.
  package init(_ selection: Selection, suspects: Set<UInt64>) {
    self.suspects = suspects
    selector = RecordSelector(selection)
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Reads.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer else { continue }
      found.restored &+= 1
      guard let key = try? record.key(in: bytes),
        let hash = try? ByteHash.of(key, in: bytes, &scratch),
        suspects.contains(ByteHash.of(hash, database: record.database)),
        found.places.count < SharedKeyWorker.limit, let text = key.spelled(in: bytes)
      else { continue }
      let name = Name(database: record.database, key: text)
      if found.places[name] == nil { found.places[name] = record.start }
    }
  }

  /// What was found.
  package consuming func finish() -> Found { found }

  /// The keys that really stand in two files, in the order of their second places.
  ///
  /// What each thread found in each file is given in the order of the set.
  package static func shared(_ shards: [[Found]]) -> [SharedKey] {
    var first: [Name: SharedKey.Place] = [:]
    var shared: [SharedKey] = []
    for (index, threads) in shards.enumerated() {
      var places: [Name: Int] = [:]
      for thread in threads { places.merge(thread.places) { min($0, $1) } }
      for (name, offset) in places.sorted(by: { $0.value < $1.value }) {
        let place = SharedKey.Place(shard: index, offset: offset)
        if let other = first[name] {
          shared.append(
            SharedKey(database: name.database, key: name.key, first: other, second: place))
        } else {
          first[name] = place
        }
      }
    }
    return shared
  }
}
