// What was found in the files of a backup, and in all of them together.

package import RDB
package import Restore

/// What a sweep over a backup found.
package struct BackupResult<Summary: Sendable>: Sendable {
  /// The backup.
  package let backup: Backup
  /// What was found in each file that was read, in their order.
  package let files: [FileOutcome<SweepResult<Summary>>]
  /// What follows for the files together; nothing for one file.
  package let facts: BackupFacts
  /// Keys that two files have, where they were compared.
  package private(set) var coinciding = CoincidingKeys()
  /// What was gathered about the keys of each file that could be read.
  let collected: [CollectedKeys]

  init(
    _ backup: Backup, _ outcomes: [FileOutcome<SweepResult<Summary>>], _ request: SweepRequest
  ) {
    self.backup = backup
    let readable = outcomes.compactMap { try? $0.value.get() }
    let collected = readable.compactMap(\.keys)
    let origins = readable.map { FileOrigin($0.metadata, $0.keys?.withoutHashes) }
    facts = BackupFacts(request.comparesFiles && backup.isSeveral ? origins : [])
    if backup.compares(request) {
      // A file that cannot be read to its end has been reported by this sweep.
      let found = try? backup.coincidenceSearch(request).run(collected)
      coinciding = found ?? CoincidingKeys()
    }
    self.collected = request.collection == nil ? [] : collected
    files = outcomes.map { $0.map(\.withoutHashes) }
  }

  /// The results of the files that could be read, as far as they could.
  package var readable: [(file: BackupFile, index: Int, result: SweepResult<Summary>)] {
    files.compactMap { outcome in
      guard case .success(let result) = outcome.value else { return nil }
      return (outcome.file, outcome.index, result)
    }
  }

  /// Keys that two or more files have.
  package var sharedKeys: [CoincidingKey] {
    coinciding.keys.filter { $0.firstOfEachFile.count > 1 }
  }

  /// Why a file could not be read to its end, of the first one.
  package var firstFailure: FileFailure? {
    for outcome in files {
      switch outcome.value {
      case .failure(let error):
        if let failure = error as? FileFailure { return failure }
      case .success(let result):
        if let failure = result.failure { return FileFailure(failure, path: outcome.file.name) }
      }
    }
    return nil
  }

  /// Whether every file could be read to its end.
  package var isWhole: Bool {
    files.allSatisfy { outcome in
      guard case .success(let result) = outcome.value else { return false }
      return result.failure == nil && result.interruption == nil
    }
  }

  /// The same results with other summaries.
  package func mapSummaries<Other: Sendable>(
    _ make: (BackupFile, SweepResult<Summary>) -> Other
  ) -> BackupResult<Other> {
    BackupResult<Other>(self) { outcome in
      outcome.map { $0.with(make(outcome.file, $0)) }
    }
  }

  private init<Former>(
    _ former: BackupResult<Former>,
    _ make: (FileOutcome<SweepResult<Former>>) -> FileOutcome<SweepResult<Summary>>
  ) {
    backup = former.backup
    files = former.files.map(make)
    facts = former.facts
    coinciding = former.coinciding
    collected = former.collected
  }
}

extension BackupResult where Summary: Mergeable {
  /// What was found in all files; nil if none could be read.
  package var merged: Summary? { readable.map(\.result.summary).merged() }
}

extension SweepResult {
  /// The same without the hashes of keys, which take most of the memory.
  fileprivate var withoutHashes: SweepResult {
    var result = self
    result.keys = keys?.withoutHashes
    return result
  }
}
