// What a preview counts. Threads count apart and merge, and the sum does not depend on who counted
// what: first examples are first in the file, the biggest keys are big by size and then by place.

import RDB
package import Restore

/// What a preview counted.
package struct PreviewSummary: Mergeable, Sendable {
  /// What would become of the keys.
  package var tally: PlanTally
  /// What each way of reading the patterns selects.
  package var readings: [ReadingCount]
  /// The first keys that would be restored, in the file's order.
  package var first: FirstNotes
  /// The first keys that had expired at the restore time.
  package var expiredAtReference: FirstNotes
  /// The first keys that have expired by now.
  package var expiredAtSubmission: FirstNotes
  /// The biggest keys that would be restored.
  package var biggest: BiggestRecords
  /// How long restored keys would live.
  package var lives: ExpirySpread
  /// How long they would live if expiries stayed as they are; not counted where they do.
  package var fileLives: ExpirySpread
  /// Deadlines of fields in restored keys.
  package var fields: FieldDeadlines
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
  package mutating func add(_ deleted: DeletedSummary) {
    comparison?.merge(deleted.comparison)
    rows += deleted.rows
  }

  /// Examples that are kept of the keys that would be restored.
  private static let exampleCount = 10

  /// Makes a summary of nothing.
  ///
  /// - Parameters:
  ///   - selection: What is selected.
  ///   - modes: In how many ways the patterns are read.
  ///   - file: The number of the file in the backup.
  init(_ selection: Selection, modes: Int, file: Int) {
    tally = PlanTally(patternCount: selection.filter.keys.patterns.count)
    readings = Array(repeating: ReadingCount(file: file), count: modes)
    first = FirstNotes(PreviewSummary.exampleCount, file: file)
    expiredAtReference = FirstNotes(3, file: file)
    expiredAtSubmission = FirstNotes(3, file: file)
    biggest = BiggestRecords(file: file)
    lives = ExpirySpread(around: selection.now)
    fileLives = ExpirySpread(around: selection.now)
    fields = FieldDeadlines(file: file)
  }
}
