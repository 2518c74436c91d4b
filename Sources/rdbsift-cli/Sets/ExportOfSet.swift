// `export` of several files: one output, in their order. Before anything is written, keys are compared:
// what stands in two files would be replayed twice, and the later one win by chance, or not be loaded.

import Export
import RDB
import RDBSift
import Restore
import Storage

extension ExportCommand {
  /// Writes the selected keys of a set.
  func export(_ set: ShardSet, _ relocation: Relocation) throws -> ExitStatus {
    if relocation.mayCollide {
      throw Misuse(
        "several files cannot be searched for keys that would end at one place; rename keys and "
          + "join databases one file at a time")
    }
    let path = output == "-" ? nil : output
    let parts = try checkedParts(path, set.session.console)
    let request = try shift.request(selection, head: try set.referenceHead())
    let selected = try request.selection()
    let source = SetSource(set: set, selected: selected, relocation: relocation)
    switch format {
    case .json, .ndjson:
      let target = try ExportTarget(path, inputs: set.identities)
      let status = try writeValues(source, to: target)
      try target.commit()
      return status
    case .resp, .restore:
      guard let known = try compare(source, { _ in IdleWorker() }) else { return .failed }
      let status =
        try parts.map { try writePartition($0.folder, $0.parts, source) }
        ?? writeCommands(source, to: path)
      return status == .done ? known.status : status
    case .rdb:
      guard let known = try compare(source, { FilteredCountWorker($0, parts: parts?.parts) }),
        let counts = try counts(known.reading)
      else { return .failed }
      let status =
        try parts.map { try writePartition($0.folder, $0.parts, source, counts) }
        ?? writeRDB(source, counts, to: path)
      return status == .done ? known.status : status
    }
  }

  /// Compares the keys of the files, with a job on the way; nil if something keeps them from being one
  /// output, which was told then.
  private func compare<Worker: RecordWorker & ~Copyable>(
    _ source: SetSource, _ makeWorker: @Sendable (Selection) -> Worker
  ) throws -> (reading: SetReading<Worker.Summary>, status: ExitStatus)? {
    let reading = try SetReading(source.set, "comparing keys", source.selected) {
      _, selection throws(JobFailure) in makeWorker(selection)
    }
    guard reading.isWhole, reading.sharedKeys.isEmpty else {
      _ = reading.tell()
      source.set.session.tell(error: "nothing was written")
      return nil
    }
    return (reading, reading.tellOfSet().contains(.finding) ? .finding : .done)
  }

  private func writeCommands(_ source: SetSource, to path: String?) throws -> ExitStatus {
    let target = try ExportTarget(path, inputs: source.set.identities)
    let parts = target.parts(.commands)
    let options = commandOptions
    let outcomes = source.set.sweep(
      "exporting", source.selected, into: ShardOutput(parts, .commands),
      restored: { $0.tally.restored.keys }
    ) { [naming = source.relocation.naming] _, selection throws(JobFailure) in
      ExtractionWorker(selection, options: options, naming: naming)
    }
    if let failure = parts.failure { throw failure }
    let status = try source.report.tell(outcomes)
    try target.commit()
    return status
  }

  private func writeValues(
    _ source: SetSource, to target: ExportTarget
  ) throws -> ExitStatus {
    let isArray = format == .json
    let names = source.set.shards.map(\.name)
    let rows = RowWriter(.json)
    let join = ValueListingWorker.join(isArray: isArray)
    if isArray { try target.write { rows.begin(&$0) } }
    let parts = target.parts(join)
    let outcomes = source.set.sweep(
      "exporting", source.selected, into: ShardOutput(parts, join),
      restored: { $0.extraction.tally.restored.keys }
    ) { [relocation = source.relocation] index, selection throws(JobFailure) in
      ValueListingWorker(
        selection, isArray: isArray, relocation: relocation, file: names[index])
    }
    if let failure = parts.failure { throw failure }
    let status = try source.report.tell(
      outcomes.map { $0.map { $0.mapSummaries(\.extraction) } })
    let summaries = outcomes.flatMap { (try? $0.value.get())?.summaries ?? [] }
    let written = summaries.reduce(0) { $0 + $1.extraction.written }
    if isArray { try target.write { rows.end(&$0, isEmpty: written == 0) } }
    let unopened = summaries.reduce(0) { $0 + $1.unopened }
    return tell(unopened: unopened, source.set.session) ? .finding : status
  }
}

/// What is exported of a set, and where it goes.
struct SetSource {
  let set: ShardSet
  /// Which keys.
  let selected: Selection
  /// Where they go.
  let relocation: Relocation

  /// Who is told of it.
  var report: ExportReport { ExportReport(session: set.session, now: selected.now) }
}

extension ExportReport {
  /// Says what was written of a set and what was not; the status that follows.
  func tell(_ outcomes: [ShardOutcome<SweepResult<ExtractionSummary>>]) throws -> ExitStatus {
    var statuses: [ExitStatus] = []
    var parts: [SweepResult<ExtractionSummary>] = []
    for outcome in outcomes {
      let result = try outcome.value.get()
      guard let file = outcome.file else { continue }
      if !outcome.isUnchanged { file.warnOfChange() }
      statuses.append(try file.conclude(result))
      parts.append(result)
      tellLosses(result.notes, in: file.path)
    }
    let summaries = parts.flatMap(\.summaries)
    guard var summary = summaries.first else { return .failed }
    for other in summaries.dropFirst() { summary.merge(other) }
    let count = { (kind: RecordNote.Kind) in parts.reduce(0) { $0 + $1.notes.count(kind) } }
    tell(summary, count)
    return status(summary, count, statuses.contains(.finding) ? .finding : .done)
  }
}
