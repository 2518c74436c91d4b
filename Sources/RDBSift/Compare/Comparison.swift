// What a restore does to the data that is there now, as a preview finds it out key by key.

import Export
import RDB
package import Restore

/// What a restore does to the data that is there now.
package struct ComparisonSummary: Mergeable, Sendable {
  /// Keys by what is done to them; of deleted keys what they are now, of others what they will be.
  package private(set) var tallies: [PlanTally]
  /// The first of each.
  package private(set) var examples: [FirstNotes]
  /// Places, among the keys that are there, of those that come back.
  var seen: [UInt64] = []

  init(file: Int) {
    let effects = RestoreEffect.allCases
    tallies = effects.map { _ in PlanTally(patternCount: 0) }
    examples = effects.map { _ in FirstNotes(3, file: file) }
  }

  /// Keys of an effect.
  package func tally(_ effect: RestoreEffect) -> PlanTally { tallies[Int(effect.rawValue)] }

  /// The first keys of an effect, in the order of their file.
  package func examples(_ effect: RestoreEffect) -> FirstNotes { examples[Int(effect.rawValue)] }

  /// The databases that keys of any effect are in.
  package var databases: [UInt32] {
    Set(tallies.flatMap { $0.restoredByDatabase.map(\.database) }).sorted()
  }

  /// Keys that are there and come back.
  package var found: Int { seen.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Adds another thread's summary.
  package mutating func merge(_ other: ComparisonSummary) {
    for index in tallies.indices {
      tallies[index].merge(other.tallies[index])
      examples[index].merge(other.examples[index])
    }
    if seen.count < other.seen.count { seen += Array(repeating: 0, count: other.seen.count) }
    for index in other.seen.indices { seen[index] |= other.seen[index] }
  }

  mutating func add(
    _ effect: RestoreEffect, _ record: RDBRecord, in bytes: RawSpan
  ) {
    examples[Int(effect.rawValue)].add(record, in: bytes)
  }

  mutating func close(_ tallies: consuming [RunningTally]) {
    self.tallies = tallies.map { $0.total() }
  }
}

/// A record that would be restored.
struct ComparedRecord: BitwiseCopyable {
  var record: RDBRecord
  /// Until when.
  var expiry: UnixMilliseconds?
  /// What that does; known once it was compared.
  var effect = RestoreEffect.created

  init(_ record: RDBRecord, until expiry: UnixMilliseconds?) {
    self.record = record
    self.expiry = expiry
  }
}

/// Compares keys that would be restored with those that are there.
struct Comparer: ~Copyable {
  private let present: PresentKeys
  private var reader: ContentReader
  private var tallies = RestoreEffect.allCases.map { _ in RunningTally(patternCount: 0) }
  private var summary: ComparisonSummary
  private var hashes: [UInt64] = []
  /// What was loaded ahead, so that it is.
  private var loaded: UInt64 = 0

  init(_ present: PresentKeys, file: Int) {
    summary = ComparisonSummary(file: file)
    self.present = present
    reader = ContentReader(present.key)
    summary.seen = Array(repeating: 0, count: (present.capacity + 63) / 64)
  }

  /// Finds out what restoring records does.
  ///
  /// - Returns: What kept it from comparing all of them. Those from the first that was not compared on
  ///   are dropped.
  mutating func compare(
    _ records: inout [ComparedRecord], in bytes: RawSpan, _ context: ValueContext
  ) -> JobFailure? {
    hashes.removeAll(keepingCapacity: true)
    var index = 0
    do throws(JobFailure) {
      for record in records {
        hashes.append(try reader.key(of: record.record, in: bytes))
      }
      loaded = present.load(hashes.span)
      while index < records.count {
        records[index].effect = try effect(
          of: records[index], hash: hashes[index], in: bytes, context)
        index += 1
      }
      return nil
    } catch {
      records.removeSubrange(index...)
      return error
    }
  }

  private mutating func effect(
    of compared: ComparedRecord, hash: UInt64, in bytes: RawSpan,
    _ context: ValueContext
  ) throws(JobFailure) -> RestoreEffect {
    let record = compared.record
    var effect = RestoreEffect.created
    if let found = present.find(hash) {
      summary.seen[found.place / 64] |= 1 << UInt64(found.place % 64)
      let digest = try reader.value(of: record, in: bytes, context)
      effect =
        digest != found.value.digest
        ? .changed : compared.expiry != found.value.expiry ? .expiryChanged : .unchanged
    }
    tallies[Int(effect.rawValue)].add(
      record, .restore(expiry: compared.expiry), pattern: nil, in: context.dialect)
    summary.add(effect, record, in: bytes)
    return effect
  }

  /// What was found.
  consuming func finish() -> ComparisonSummary {
    summary.close(tallies)
    return summary
  }
}
