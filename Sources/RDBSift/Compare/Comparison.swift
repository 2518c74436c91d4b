// Compares the keys that a restore would write with the current keys, for a preview.

import Export
import RDB
package import Restore

/// What a restore does to the current data.
package struct ComparisonSummary: Mergeable, Sendable {
  /// Totals per effect: deleted keys as they are now, all others as they will be.
  package private(set) var tallies: [PlanTally]
  /// The first keys per effect.
  package private(set) var examples: [FirstRecords]
  /// A bit per place in the key index: set where the restore writes the key.
  var restoredPlaces: [UInt64] = []

  init(file: Int) {
    let effects = RestoreEffect.allCases
    tallies = effects.map { _ in PlanTally(patternCount: 0) }
    examples = effects.map { _ in FirstRecords(3, file: file) }
  }

  /// The totals of an effect.
  package func tally(_ effect: RestoreEffect) -> PlanTally { tallies[Int(effect.rawValue)] }

  /// The first keys of an effect, in file order.
  package func examples(_ effect: RestoreEffect) -> FirstRecords { examples[Int(effect.rawValue)] }

  /// The databases of all counted keys, sorted.
  package var databases: [UInt32] {
    Set(tallies.flatMap { $0.restoredByDatabase.map(\.database) }).sorted()
  }

  /// Current keys that the restore writes.
  package var found: Int { restoredPlaces.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: ComparisonSummary) {
    for index in tallies.indices {
      tallies[index].merge(other.tallies[index])
      examples[index].merge(other.examples[index])
    }
    let places = other.restoredPlaces
    if restoredPlaces.count < places.count {
      restoredPlaces += Array(repeating: 0, count: places.count)
    }
    for index in places.indices { restoredPlaces[index] |= places[index] }
  }

  mutating func add(
    _ effect: RestoreEffect, _ record: RDBRecord, in bytes: RawSpan
  ) {
    examples[Int(effect.rawValue)].add(record, in: bytes)
  }

  mutating func close(_ tallies: consuming [RunLengthTally]) {
    self.tallies = tallies.map { $0.total() }
  }
}

/// A record that would be restored.
struct ComparedRecord: BitwiseCopyable {
  var record: RDBRecord
  /// The expiry it gets; nil for none.
  var expiry: UnixMilliseconds?
  /// The effect; set by `Comparer.compare`.
  var effect = RestoreEffect.created
  /// The expiry of the current key, if there is one; set by `Comparer.compare`.
  var oldExpiry: UnixMilliseconds?
  /// Whether the index does not cover the key, so that nothing is known; set by `Comparer.compare`.
  var isElsewhere = false

  init(_ record: RDBRecord, until expiry: UnixMilliseconds?) {
    self.record = record
    self.expiry = expiry
  }
}

/// Compares restored keys with the current keys.
struct Comparer: ~Copyable {
  private let index: KeyIndex
  private var reader: ContentReader
  private var tallies = RestoreEffect.allCases.map { _ in RunLengthTally(patternCount: 0) }
  private var summary: ComparisonSummary
  private var hashes: [UInt64] = []
  /// Keeps the compiler from dropping the prefetching loads.
  private var prefetched: UInt64 = 0

  init(_ index: KeyIndex, file: Int) {
    summary = ComparisonSummary(file: file)
    self.index = index
    reader = ContentReader(index.key)
    summary.restoredPlaces = Array(repeating: 0, count: (index.capacity + 63) / 64)
  }

  /// Sets the effect of each record.
  ///
  /// - Returns: The failure that ended the comparison; the records that were not compared are removed.
  mutating func compare(
    _ records: inout [ComparedRecord], in bytes: RawSpan, _ context: ValueContext
  ) -> JobFailure? {
    if !hashes.isEmpty { hashes.removeAll(keepingCapacity: true) }
    var next = 0
    do throws(JobFailure) {
      for record in records {
        hashes.append(try reader.key(of: record.record, in: bytes))
      }
      prefetched = index.prefetch(hashes.span)
      while next < records.count {
        try compare(&records[next], hash: hashes[next], in: bytes, context)
        next += 1
      }
      return nil
    } catch {
      records.removeSubrange(next...)
      return error
    }
  }

  /// Marks the current key with the name of a record as found, and compares nothing.
  mutating func mark(_ record: RDBRecord, in bytes: RawSpan) throws(JobFailure) {
    if let place = index.place(of: try reader.key(of: record, in: bytes)) { mark(place) }
  }

  private mutating func mark(_ place: Int) {
    summary.restoredPlaces[place / 64] |= 1 << UInt64(place % 64)
  }

  private mutating func compare(
    _ compared: inout ComparedRecord, hash: UInt64, in bytes: RawSpan,
    _ context: ValueContext
  ) throws(JobFailure) {
    let record = compared.record
    guard index.covers(hash) else { return compared.isElsewhere = true }
    var effect = RestoreEffect.created
    if let found = index.find(hash) {
      mark(found.place)
      compared.oldExpiry = found.value.expiry
      let digest = try reader.value(of: record, in: bytes, context)
      effect =
        digest != found.value.digest
        ? .changed : compared.expiry != found.value.expiry ? .expiryChanged : .unchanged
    }
    tallies[Int(effect.rawValue)].add(
      record, .restore(expiry: compared.expiry), pattern: nil, in: context.dialect)
    summary.add(effect, record, in: bytes)
    compared.effect = effect
  }

  consuming func finish() -> ComparisonSummary {
    summary.close(tallies)
    return summary
  }
}
