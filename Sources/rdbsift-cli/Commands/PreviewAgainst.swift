// The second backup of a preview: a fresh one of the instance that is restored to. It may be a set too.

import RDB
import RDBSift
import Restore

/// A fresh backup, its keys remembered.
struct PresentBackup {
  private enum Place {
    case file(OpenFile)
    case set(ShardSet)
  }

  private let place: Place
  /// The keys that patterns and databases ask for.
  let keys: PresentKeys
  /// What is to be said of the files themselves.
  let status: ExitStatus

  /// What a report says it is about.
  var subject: ReportSubject {
    switch place {
    case .file(let file): file.subject
    case .set(let set): set.subject
    }
  }

  /// Whether it is several files.
  var isSet: Bool { if case .set = place { true } else { false } }

  /// Nothing that is shown depends on the secret; it keeps those who write keys from choosing values
  /// that would be taken for others.
  private static func builder() -> PresentKeysBuilder {
    var random = SystemRandomNumberGenerator()
    return PresentKeysBuilder(DigestKey(random.next(), random.next()))
  }

  /// Goes through a file.
  init(_ file: OpenFile, _ selected: Selection) throws {
    let builder = PresentBackup.builder()
    let result = try file.sweep(label: "looking at what is there", into: PartOutput { _ in }) {
      () throws(JobFailure) in
      PresentWorker(selected, builder)
    }
    place = .file(file)
    status = try file.conclude(result)
    keys = builder.finish(threads: file.threads)
  }

  /// Goes through the files of a set.
  init(_ set: ShardSet, _ selected: Selection) throws {
    let builder = PresentBackup.builder()
    let outcomes = set.sweep("looking at what is there", selected, restored: { $0 }) {
      _, selection throws(JobFailure) in
      PresentWorker(selection, builder)
    }
    var status = ExitStatus.done
    for outcome in outcomes {
      let result = try outcome.value.get()
      guard let file = outcome.file else { continue }
      if !outcome.isUnchanged { file.warnOfChange() }
      if try file.conclude(result) == .finding { status = .finding }
    }
    place = .set(set)
    self.status = status
    keys = builder.finish(threads: set.threads)
  }

  /// Adds the keys that are there, asked for, and do not come back.
  func findDeleted(
    _ selected: Selection, _ rows: FateList?, _ summary: inout PreviewSummary
  ) throws {
    guard let comparison = summary.comparison, comparison.found < keys.count else { return }
    switch place {
    case .file(let file):
      let result = try file.sweep(
        label: "looking for what is deleted", into: rows?.output ?? PartOutput { _ in }
      ) {
        [keys, isContinued = summary.rows > 0, writer = rows?.writer(file.path)]
        () throws(JobFailure) in
        DeletedWorker(selected, keys, after: comparison, list: writer, isContinued: isContinued)
      }
      if let failure = result.failure { throw FileFailure(failure: failure, path: file.path) }
      for other in result.summaries { summary.add(other) }
    case .set(let set):
      let writers = set.names.map { rows?.writer($0) }
      let outcomes = set.sweep(
        "looking for what is deleted", selected, into: rows.map { ShardOutput($0.output, $0.join) },
        restored: { _ in 0 }
      ) { [keys] index, selection throws(JobFailure) in
        DeletedWorker(selection, keys, after: comparison, list: writers[index])
      }
      for outcome in outcomes {
        let result = try outcome.value.get()
        if let file = outcome.file, let failure = result.failure {
          throw FileFailure(failure: failure, path: file.path)
        }
        for other in result.summaries { summary.add(other) }
      }
    }
  }
}
