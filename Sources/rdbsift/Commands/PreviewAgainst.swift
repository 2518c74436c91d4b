// The second file of a preview: a fresh backup of the instance that is restored to.

import Pipeline
import RDB
import Restore

/// A fresh backup, its keys remembered.
struct PresentFile {
  let file: OpenFile
  /// The keys that patterns and databases ask for.
  let keys: PresentKeys
  /// What is to be said of the file itself.
  let status: ExitStatus

  /// Goes through the file.
  init(_ file: OpenFile, _ selected: Selection) throws {
    // Nothing that is shown depends on the secret; it keeps those who write keys from choosing values
    // that would be taken for others.
    var random = SystemRandomNumberGenerator()
    let builder = PresentKeysBuilder(DigestKey(random.next(), random.next()))
    let result = try file.sweep(label: "looking at what is there", into: PartOutput { _ in }) {
      () throws(JobFailure) in PresentWorker(selected, builder)
    }
    self.file = file
    status = try file.conclude(result)
    keys = builder.finish(threads: file.threads)
  }

  /// Adds the keys that are there, asked for, and do not come back.
  func findDeleted(
    _ selected: Selection, _ rows: FateList?, _ summary: inout PreviewSummary
  ) throws {
    guard let comparison = summary.comparison, comparison.found < keys.count else { return }
    let result = try file.sweep(
      label: "looking for what is deleted", into: rows?.output ?? PartOutput { _ in }
    ) { [keys, isContinued = summary.rows > 0] () throws(JobFailure) in
      DeletedWorker(
        selected, keys, after: comparison, list: rows?.writer, isContinued: isContinued)
    }
    if let failure = result.failure { throw FileFailure(failure: failure, path: file.path) }
    for other in result.summaries { summary.add(other) }
  }
}
