// The backup of what is there now, which a preview compares with.

import RDB
import RDBSift
import Restore

/// The keys that are there now.
struct PresentBackup {
  /// The backup.
  let backup: Backup
  /// The keys that patterns and databases ask for.
  let keys: KeyIndex
  /// What there is to report about the files themselves.
  let status: ExitStatus
  /// What a report says it is about.
  let subject: ReportSubject

  /// Goes through a backup.
  init(_ backup: Backup, _ selected: RestoreSelection, _ session: Session) throws {
    let (keys, result) = backup.indexKeys(selected.onCurrentNames, .secret())
    self.backup = backup
    self.keys = keys
    status = try session.concludeAll(result)
    subject = result.subject
  }

  /// Adds the keys that are there, are asked for, and do not come back.
  func findDeleted(
    _ selected: RestoreSelection, _ request: PreviewRequest, _ rows: ListedRows?,
    _ summary: inout PreviewSummary
  ) throws {
    guard let comparison = summary.comparison, comparison.found < keys.count else { return }
    var request = request
    if request.list?.list.files != nil { request.list?.list.files = backup.names }
    let result = backup.deletedKeys(selected, request, after: comparison, into: rows?.output)
    if let failure = result?.firstFailure { throw failure }
    if let deleted = result?.merged { summary.add(deleted) }
  }
}
