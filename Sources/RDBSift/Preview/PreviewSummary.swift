// The counts of a preview. Merging does not depend on the order: the first examples are first in the
// file, and the largest keys are ordered by size and then by offset.

import RDB
package import Restore

/// The counts of a preview.
package struct PreviewSummary: Mergeable, Sendable {
  /// Keys by disposition.
  package var tally: PlanTally
  /// What each match mode selects.
  package var modeCounts: [MatchModeCount]
  /// The first keys that would be restored, in file order.
  package var first: FirstRecords
  /// The first keys that had expired at the restore time.
  package var expiredAtReference: FirstRecords
  /// The first keys that have expired by now.
  package var expiredAtSubmission: FirstRecords
  /// The largest keys that would be restored.
  package var biggest: LargestRecords
  /// The remaining TTLs of restored keys.
  package var remainingTTLs: ExpirySpread
  /// Their remaining TTLs without the time shift; empty where there is none.
  package var storedTTLs: ExpirySpread
  /// Field expiries in restored keys.
  package var fields: FieldExpiryCounts
  /// What an export would write.
  package var output = OutputEstimate()
  /// Restored keys whose type `export` cannot write as commands.
  package var unsupported: UInt64 = 0
  /// Restored keys that have expired by now, which are restored only on request.
  package var expiredRestored: UInt64 = 0
  /// The comparison with the current keys, if they are known.
  package var comparison: ComparisonSummary?
  /// Rows written to the list.
  package var rows: UInt64 = 0

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: PreviewSummary) {
    tally.merge(other.tally)
    for index in modeCounts.indices { modeCounts[index].merge(other.modeCounts[index]) }
    first.merge(other.first)
    expiredAtReference.merge(other.expiredAtReference)
    expiredAtSubmission.merge(other.expiredAtSubmission)
    biggest.merge(other.biggest)
    remainingTTLs.merge(other.remainingTTLs)
    storedTTLs.merge(other.storedTTLs)
    fields.merge(other.fields)
    output.merge(other.output)
    unsupported += other.unsupported
    expiredRestored += other.expiredRestored
    if let comparison = other.comparison { self.comparison?.merge(comparison) }
    rows += other.rows
  }

  /// Adds the keys that the restore deletes.
  package mutating func add(_ deleted: DeletedSummary) {
    comparison?.merge(deleted.comparison)
    rows += deleted.rows
  }

  /// Restored keys kept as examples.
  private static let exampleCount = 10

  /// Makes an empty summary.
  ///
  /// - Parameters:
  ///   - selection: The selection.
  ///   - modes: The number of other match modes.
  ///   - file: The number of the file in the backup.
  init(_ selection: RestoreSelection, modes: Int, file: Int) {
    tally = PlanTally(patternCount: selection.filter.keys.patterns.count)
    modeCounts = Array(repeating: MatchModeCount(file: file), count: modes)
    first = FirstRecords(PreviewSummary.exampleCount, file: file)
    expiredAtReference = FirstRecords(3, file: file)
    expiredAtSubmission = FirstRecords(3, file: file)
    biggest = LargestRecords(file: file)
    remainingTTLs = ExpirySpread(around: selection.now)
    storedTTLs = ExpirySpread(around: selection.now)
    fields = FieldExpiryCounts(file: file)
  }
}
