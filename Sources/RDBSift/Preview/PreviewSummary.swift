// What a preview counts. Threads count apart and merge, and the sum does not depend on who counted
// what: first examples are first in the file, the biggest keys are big by size and then by place.

import RDB
package import Restore

/// Examples: the first in the file's order.
package struct FirstNotes: Hashable, Sendable {
  /// How many are kept.
  package let limit: Int
  /// The records, with their keys.
  package private(set) var notes: [RecordNote] = []

  init(_ limit: Int) { self.limit = limit }

  @inline(__always)
  mutating func add(_ record: RDBRecord, in bytes: RawSpan) {
    // A thread meets records in the file's order, so what is full stays as it is.
    if notes.count < limit { notes.append(RecordNote(.example, record, in: bytes)) }
  }

  /// These, and behind them those of the next file.
  func followed(by next: FirstNotes) -> FirstNotes {
    var all = self
    all.notes += next.notes.prefix(limit - notes.count)
    return all
  }

  mutating func merge(_ other: FirstNotes) {
    notes = Array(
      (notes + other.notes).sorted { $0.record.offset < $1.record.offset }.prefix(limit))
  }
}

/// The biggest records.
package struct BiggestRecords: Hashable, Sendable {
  static let limit = 5
  /// The records with their keys, the biggest first.
  package private(set) var notes: [RecordNote] = []
  private var least = -1

  @inline(__always)
  mutating func add(_ record: RDBRecord, in bytes: RawSpan) {
    guard record.end &- record.start > least else { return }
    insert([RecordNote(.example, record, in: bytes)])
  }

  mutating func merge(_ other: BiggestRecords) { insert(other.notes) }

  private mutating func insert(_ more: [RecordNote]) {
    notes = Array(
      (notes + more).sorted { a, b in
        let (one, two) = (a.record.end - a.record.start, b.record.end - b.record.start)
        return one == two ? a.record.offset < b.record.offset : one > two
      }.prefix(BiggestRecords.limit))
    guard notes.count == BiggestRecords.limit, let last = notes.last else { return }
    least = last.record.end - last.record.start
  }
}

/// What a preview counted.
package struct PreviewSummary: Sendable {
  /// What would become of the keys.
  package var tally: PlanTally
  /// What each way of reading the patterns selects.
  package var readings: [ReadingCount]
  /// The first keys that would be restored, in the file's order.
  package var first = FirstNotes(PreviewWorker.exampleCount)
  /// The first keys that had expired at the restore time.
  package var expiredAtReference = FirstNotes(3)
  /// The first keys that have expired by now.
  package var expiredAtSubmission = FirstNotes(3)
  /// The biggest keys that would be restored.
  package var biggest = BiggestRecords()
  /// How long restored keys would live.
  package var lives: ExpirySpread
  /// How long they would live if expiries stayed as they are; not counted where they do.
  package var fileLives: ExpirySpread
  /// Deadlines of fields in restored keys.
  package var fields = FieldDeadlines()
  /// What an export would write.
  package var output = OutputEstimate()
  /// Keys that would be restored but whose type has no commands yet.
  package var unsupported: UInt64 = 0
  /// What a restore does to the data that is there now, where this is known.
  package var comparison: ComparisonSummary?
  /// Rows of a list that were written.
  package var rows: UInt64 = 0

  /// Adds another thread's summary.
  package mutating func merge(_ other: PreviewSummary) {
    tally.merge(other.tally)
    for index in readings.indices { readings[index].merge(other.readings[index]) }
    first.merge(other.first)
    expiredAtReference.merge(other.expiredAtReference)
    expiredAtSubmission.merge(other.expiredAtSubmission)
    biggest.merge(other.biggest)
    lives.merge(other.lives)
    fileLives.merge(other.fileLives)
    fields.merge(other.fields)
    output.merge(other.output)
    unsupported += other.unsupported
    if let comparison = other.comparison { self.comparison?.merge(comparison) }
    rows += other.rows
  }
  /// Adds what was found about keys that are deleted.
  package mutating func add(_ deleted: (summary: ComparisonSummary, rows: UInt64)) {
    comparison?.merge(deleted.summary)
    rows += deleted.rows
  }
}
