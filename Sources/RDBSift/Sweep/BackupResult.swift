// The results of a sweep per file of a backup, and for all files together.

import RDB
import Restore

/// The result of a sweep over a backup.
package struct BackupResult<Summary: Sendable>: Sendable {
  /// The backup.
  package let backup: Backup
  /// The outcomes of the files that were read, in order.
  package let files: [FileOutcome<SweepResult<Summary>>]
  /// The facts about all files together; empty for one file.
  package let facts: BackupFacts
  /// Coinciding keys, if keys were compared.
  package private(set) var coinciding = CoincidingKeys()
  /// The collected keys of each readable file.
  let collected: [CollectedKeys]

  init(
    _ backup: Backup, _ outcomes: [FileOutcome<SweepResult<Summary>>], _ request: SweepRequest
  ) {
    self.backup = backup
    let readable = outcomes.compactMap { try? $0.value.get() }
    let collected = readable.compactMap(\.keys)
    let origins = BackupResult.origins(outcomes)
    facts = BackupFacts(request.comparesFiles && backup.isSeveral ? origins : [])
    if backup.compares(request) {
      // This sweep has already reported files that cannot be read to their end.
      let found = try? backup.coincidenceSearch(request).run(collected)
      coinciding = found ?? CoincidingKeys()
    }
    self.collected = request.collection == nil ? [] : collected
    files = outcomes.map { $0.map(\.withoutHashes) }
  }

  /// The origin of each input that could be read: the two files of a log at a moment are one input.
  private static func origins(
    _ outcomes: [FileOutcome<SweepResult<Summary>>]
  ) -> [FileOrigin] {
    var origins: [FileOrigin] = []
    for outcome in outcomes {
      guard let found = try? outcome.value.get() else { continue }
      let origin = FileOrigin(found.metadata, found.keys?.withoutHashes)
      if outcome.file.replaced != nil, let last = origins.indices.last {
        origins[last].merge(base: origin)
      } else {
        origins.append(origin)
      }
    }
    return origins
  }

  /// The names of the inputs that could be read, as the facts number them.
  package var inputNames: [String] {
    readable.filter { $0.file.replaced == nil }.map(\.file.name)
  }

  /// The results of the files whose header could be read.
  package var readable: [(file: BackupFile, index: Int, result: SweepResult<Summary>)] {
    files.compactMap { outcome in
      guard case .success(let result) = outcome.value else { return nil }
      return (outcome.file, outcome.index, result)
    }
  }

  /// Keys that are in two or more files.
  package var sharedKeys: [CoincidingKey] {
    coinciding.keys.filter { $0.firstOfEachFile.count > 1 }
  }

  /// The failure of the first file that could not be read to its end.
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

  /// The results with their summaries transformed.
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
  /// The merged summary of all files; nil if none could be read.
  package var merged: Summary? { readable.map(\.result.summary).merged() }
}

extension SweepResult {
  /// A copy without the hashes of keys, which take most of the memory.
  fileprivate var withoutHashes: SweepResult {
    var result = self
    result.keys = keys?.withoutHashes
    return result
  }
}
