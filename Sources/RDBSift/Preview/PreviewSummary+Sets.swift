// Previews of several files as one: sums, and examples in the order of the files.

import Restore

extension PreviewSummary {
  /// The summaries of all threads that counted in one file.
  package static func merged(_ summaries: [PreviewSummary]) -> PreviewSummary? {
    guard var all = summaries.first else { return nil }
    for other in summaries.dropFirst() { all.merge(other) }
    return all
  }

  /// Adds what was counted in the next file.
  package mutating func append(_ next: PreviewSummary) {
    let before = self
    merge(next)
    // Places in different files have no order; their files do.
    let databases = Set(before.tally.restoredByDatabase.map(\.database))
    output.repeatedDatabases += next.tally.restoredByDatabase.map(\.database)
      .filter(databases.contains)
    first = before.first.followed(by: next.first)
    expiredAtReference = before.expiredAtReference.followed(by: next.expiredAtReference)
    expiredAtSubmission = before.expiredAtSubmission.followed(by: next.expiredAtSubmission)
    fields.examples = before.fields.examples.followed(by: next.fields.examples)
    for index in readings.indices {
      if before.readings[index].gaveUp != nil {
        readings[index] = before.readings[index]
        continue
      }
      readings[index].examples =
        before.readings[index].examples.followed(by: next.readings[index].examples)
    }
  }
}
