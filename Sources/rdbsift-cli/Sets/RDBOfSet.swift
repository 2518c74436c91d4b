// Several files as one RDB file, or as one per range of slots: their records one behind the other.

import Export
import RDB
import RDBSift
import Restore
import Storage

/// What a set's RDB files are written with.
struct SetCounts {
  let header: RDBHeader
  /// What will be kept, by file and by output.
  let counts: [[FilteredCounts]]
}

extension ExportCommand {
  /// What was counted, ready to be written with; nil if no RDB file can be made, which was told then.
  func counts(_ reading: SetReading<[FilteredCounts]>) throws -> SetCounts? {
    let facts = reading.shards.map(\.result.facts)
    guard let header = FilteredCounts.header(facts) else { return nil }
    var files = reading.shards.map { FilteredCounts.merged($0.result.summaries) }
    for (index, head) in try reading.set.heads().enumerated() {
      files[index][0].conclude(facts[index], head: head)
    }
    let counts = FilteredCounts.joined(files, facts)
    var isRefused = false
    for (shard, file) in zip(reading.shards, counts) {
      for refusal in file[0].refusals.sorted(by: { $0.rawValue < $1.rawValue }) {
        isRefused = true
        reading.set.session.tell(error: Messages.text(refusal, shard.file.path))
      }
    }
    return isRefused ? nil : SetCounts(header: header, counts: counts)
  }

  func writeRDB(
    _ source: SetSource, _ counts: SetCounts, to path: String?
  ) throws -> ExitStatus {
    let target = try ExportTarget(path, inputs: source.set.identities, checksum: true)
    let writer = RDBWriter(counts.header)
    try target.write { writer.begin(&$0) }
    let parts = target.parts()
    let outcomes = source.set.sweep(
      "exporting", source.selected, into: ShardOutput(parts, .plain),
      restored: { $0.tally.restored.keys }
    ) { [relocation = source.relocation] index, selection throws(JobFailure) in
      FilteredFileWorker(selection, writer, counts: counts.counts[index], relocation: relocation)
    }
    if let failure = parts.failure { throw failure }
    let status = try source.report.tell(outcomes)
    try target.write { [checksum = target.checksum] in writer.end(checksum: checksum, to: &$0) }
    try target.commit()
    return status
  }

  /// Writes the parts of a set and their manifest; RDB files where there are counts.
  func writePartition(
    _ folder: String, _ parts: SlotParts, _ source: SetSource, _ counts: SetCounts? = nil
  ) throws -> ExitStatus {
    let files = try PartitionFiles(format, folder, parts, inputs: source.set.identities)
    let outcomes: [PartitionOutcome]
    if let counts {
      let writer = RDBWriter(counts.header)
      try files.writeEach { _, output in writer.begin(&output) }
      outcomes = try sweep(source, parts, into: files) { [relocation = source.relocation] in
        FilteredFileWorker($1, writer, counts: counts.counts[$0], relocation: relocation)
      }
      try files.writeEach { target, output in writer.end(checksum: target.checksum, to: &output) }
    } else {
      let options = commandOptions
      outcomes = try sweep(source, parts, into: files) { [naming = source.relocation.naming] in
        ExtractionWorker($1, options: options, naming: naming)
      }
    }
    var keys = [UInt64](repeating: 0, count: parts.ranges.count)
    for outcome in outcomes {
      for summary in try outcome.value.get().summaries {
        for part in keys.indices { keys[part] += summary.keys[part] }
      }
    }
    files.tell(keys, source.set.session.console)
    let status = try source.report.tell(
      outcomes.map { $0.map { $0.mapSummaries(\.extraction) } })
    try files.commit(keys: keys)
    return status
  }

  private typealias PartitionOutcome = ShardOutcome<SweepResult<PartitionSummary>>

  /// One sweep over each file, for all parts.
  private func sweep<Writer: PartWriter & ~Copyable>(
    _ source: SetSource, _ parts: SlotParts, into files: PartitionFiles,
    makeWriter: @Sendable (Int, Selection) -> Writer
  ) throws -> [PartitionOutcome] {
    let router = files.router()
    let output = router.output
    let outcomes = source.set.sweep(
      "exporting", source.selected, into: ShardOutput(output, .plain),
      restored: { $0.extraction.tally.restored.keys }
    ) { [naming = source.relocation.naming] index, selection throws(JobFailure) in
      PartitionWorker(makeWriter(index, selection), parts, naming: naming)
    }
    if let failure = output.failure { throw failure }
    try router.finish()
    return outcomes
  }
}
