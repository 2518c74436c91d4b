// What a restore does to the data that is there now, as a preview finds it out key by key.

import Export
import RDB
package import Restore

/// What a restore does to the data that is there now.
package struct ComparisonSummary: Sendable {
  /// Keys by what is done to them; of deleted keys what they are now, of others what they will be.
  package private(set) var tallies: [PlanTally]
  /// The first of each.
  package private(set) var examples: [FirstNotes]
  /// Places, among the keys that are there, of those that come back.
  var seen: [UInt64] = []

  init() {
    let effects = RestoreEffect.allCases
    tallies = effects.map { _ in PlanTally(patternCount: 0) }
    examples = effects.map { _ in FirstNotes(3) }
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
    _ effect: RestoreEffect, _ record: RDBRecord, in bytes: RawSpan, base: Int
  ) {
    examples[Int(effect.rawValue)].add(record, in: bytes, base: base)
  }

  mutating func close(_ tallies: consuming [RunningTally]) {
    self.tallies = tallies.map { $0.total() }
  }
}

/// Compares keys that would be restored with those that are there.
final class Comparer {
  private let present: PresentKeys
  private let reader: ContentReader
  private var tallies = RestoreEffect.allCases.map { _ in RunningTally(patternCount: 0) }
  private var summary = ComparisonSummary()

  init(_ present: PresentKeys) {
    self.present = present
    reader = ContentReader(present.key)
    summary.seen = Array(repeating: 0, count: (present.capacity + 63) / 64)
  }

  /// What restoring a record until `expiry` does.
  func effect(
    of record: RDBRecord, until expiry: UnixMilliseconds?, in bytes: RawSpan, base: Int,
    _ context: ValueContext
  ) throws(JobFailure) -> RestoreEffect {
    var effect = RestoreEffect.created
    if let found = present.find(try reader.key(of: record, in: bytes, base: base)) {
      summary.seen[found.place / 64] |= 1 << UInt64(found.place % 64)
      let digest = try reader.value(of: record, in: bytes, base: base, context)
      effect =
        digest != found.value.digest
        ? .changed : expiry != found.value.expiry ? .expiryChanged : .unchanged
    }
    tallies[Int(effect.rawValue)].add(
      record, .restore(expiry: expiry), pattern: nil, in: context.dialect)
    summary.add(effect, record, in: bytes, base: base)
    return effect
  }

  /// What was found.
  func finish() -> ComparisonSummary {
    summary.close(tallies)
    return summary
  }
}
