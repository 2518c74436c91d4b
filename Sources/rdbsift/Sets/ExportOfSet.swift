// `export` of several files: one output, in their order. Before anything is written, keys are compared:
// what stands in two files would be replayed twice, and the later one win by chance.

import Export
import Pipeline
import RDB
import Restore
import Storage

extension ExportCommand {
  /// Writes the selected keys of a set.
  func export(_ set: ShardSet, _ relocation: Relocation) throws -> ExitStatus {
    try refuseWhatIsForOne(relocation)
    let path = output == "-" ? nil : output
    let request = try shift.request(selection, head: try set.referenceHead())
    let selected = try request.selection()
    let isCommands = format == .resp || format == .restore
    if isCommands, path == nil, set.session.console.output.isTerminal {
      throw Misuse(
        "commands are not for a terminal; use --output FILE or pipe them to redis-cli --pipe")
    }
    var known = ExitStatus.done
    if isCommands {
      let reading = try SetReading(set, "comparing keys", selected) { _, _ throws(JobFailure) in
        IdleWorker()
      }
      guard reading.isWhole, reading.sharedKeys.isEmpty else {
        _ = reading.tell()
        set.session.tell(error: "nothing was written")
        return .failed
      }
      known = reading.tellOfSet().contains(.finding) ? .finding : .done
    }
    let target = try ExportTarget(path, inputs: set.identities)
    let status =
      isCommands
      ? try writeCommands(of: set, selected, relocation, to: target)
      : try writeValues(of: set, selected, relocation, to: target)
    try target.commit()
    return known == .done ? status : known
  }

  private func refuseWhatIsForOne(_ relocation: Relocation) throws {
    if relocation.mayCollide {
      throw Misuse(
        "several files cannot be searched for keys that would end at one place; rename keys and "
          + "join databases one file at a time")
    }
    if partition.partition != nil || partition.outDir != nil {
      throw Misuse("--partition takes one backup; export each file of the set by itself")
    }
    if format == .rdb {
      throw Misuse(
        "--as rdb takes one backup: the servers of a cluster load a file each, so export each file "
          + "of the set by itself")
    }
  }

  private func writeCommands(
    of set: ShardSet, _ selected: Selection, _ relocation: Relocation, to target: ExportTarget
  ) throws -> ExitStatus {
    let parts = target.parts(.commands)
    let options = commandOptions
    let outcomes = set.sweep(
      "exporting", selected, into: ShardOutput(parts, .commands),
      restored: { $0.tally.restored.keys }
    ) { _, selection throws(JobFailure) in
      ExtractionWorker(selection, options: options, naming: relocation.naming)
    }
    if let failure = parts.failure { throw failure }
    return try ExportReport(session: set.session, now: selected.now).tell(outcomes)
  }

  private func writeValues(
    of set: ShardSet, _ selected: Selection, _ relocation: Relocation, to target: ExportTarget
  ) throws -> ExitStatus {
    let isArray = format == .json
    let names = set.shards.map(\.name)
    let rows = RowWriter(.json)
    let join = ValueListingWorker.join(isArray: isArray)
    if isArray { try target.write { rows.begin(&$0) } }
    let parts = target.parts(join)
    let outcomes = set.sweep(
      "exporting", selected, into: ShardOutput(parts, join),
      restored: { $0.extraction.tally.restored.keys }
    ) { index, selection throws(JobFailure) in
      ValueListingWorker(
        selection, isArray: isArray, relocation: relocation, file: names[index])
    }
    if let failure = parts.failure { throw failure }
    let status = try ExportReport(session: set.session, now: selected.now)
      .tell(outcomes.map { $0.map { $0.mapSummaries(\.extraction) } })
    let summaries = outcomes.flatMap { (try? $0.value.get())?.summaries ?? [] }
    let written = summaries.reduce(0) { $0 + $1.extraction.written }
    if isArray { try target.write { rows.end(&$0, isEmpty: written == 0) } }
    let unopened = summaries.reduce(0) { $0 + $1.unopened }
    return tell(unopened: unopened, set.session) ? .finding : status
  }
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
