// `preview` over several files: one plan for all of them, their sums, and a table of the files.

import RDB
import RDBSift
import Restore

extension Preview {
  /// Says what a restore of a set would touch.
  func preview(
    _ set: ShardSet, _ request: RestoreRequest, _ selected: Selection, _ present: PresentBackup?
  ) throws -> ExitStatus {
    let readings = Readings(selected.filter)
    let rows = rows(selected, tellsFiles: true)
    try rows?.begin()
    let writers = set.names.map { rows?.writer($0) }
    let reading = try SetReading(
      set, "reading", selected, into: rows.map { ShardOutput($0.output, $0.join) }
    ) { [filters = readings.filters, keys = present?.keys] index, selection throws(JobFailure) in
      PreviewWorker(selection, readings: filters, against: keys, list: writers[index])
    }
    if let failure = rows?.output.failure { throw failure }
    let summaries = reading.shards.compactMap { PreviewSummary.merged($0.result.summaries) }
    guard var summary = summaries.first else { return reading.tell() }
    for next in summaries.dropFirst() { summary.append(next) }
    // What could not be read of the backup might come back.
    if reading.isWhole { try present?.findDeleted(selected, rows, &summary) }
    try rows?.end(isEmpty: summary.rows == 0)
    let failure = reading.shards.compactMap(\.result.failure).first
    let screen = PreviewScreen(
      session: set.session, file: set.subject, request: request, selection: selected,
      readings: readings, summary: summary,
      silent: failure == nil ? Preview.silence(set, selected, summary) : [],
      present: present?.subject, failure: failure)
    if !list {
      let files = PreviewFiles(reading: reading, summaries: summaries)
      switch report.format {
      case .text: try set.session.console.write(screen.text() + "\n" + files.text(screen))
      case .json: try set.session.console.write(files.json(screen.json()))
      }
    }
    return status(screen, [present?.status ?? .done, reading.tell()])
  }

  /// Finds out, in a second pass, about patterns that were the first to select nothing.
  private static func silence(
    _ set: ShardSet, _ selected: Selection, _ summary: PreviewSummary
  ) -> [SilentPattern] {
    let counts = summary.tally.restoredByPattern
    let patterns = counts.indices.filter { counts[$0].keys == 0 }
    guard !patterns.isEmpty else { return [] }
    // Whether it selects something is asked of each file by itself, so no limit ends it early.
    var unlimited = selected
    unlimited.limit = nil
    let outcomes = set.sweep("looking", unlimited, restored: { _ in 0 }) {
      [unlimited] _, _ throws(JobFailure) in SilenceWorker(unlimited, patterns: patterns)
    }
    let all = outcomes.flatMap { (try? $0.value.get())?.summaries ?? [] }
    guard var found = all.first else { return [] }
    for other in all.dropFirst() {
      for place in found.indices { found[place].merge(other[place]) }
    }
    return found
  }
}

/// What a preview says of each file of a set.
private struct PreviewFiles {
  let reading: SetReading<PreviewSummary>
  let summaries: [PreviewSummary]

  func text(_ screen: PreviewScreen) -> String {
    screen.table(
      [
        .left("file", mayShrink: true), .left("created"), .right("keys"), .right("restored"),
        .right("bytes"),
      ],
      zip(reading.shards, summaries).map { shard, summary in
        let restored = summary.tally.restored
        return [
          Messages.spelled(shard.file.path),
          shard.result.facts.created.map { screen.instant($0) } ?? "",
          HumanText.count(shard.census.keys), HumanText.count(restored.keys),
          HumanText.size(Int(clamping: restored.valueBytes)),
        ]
      })
  }

  func json(_ report: JSONValue) -> JSONValue {
    let files = zip(reading.shards, summaries).map { shard, summary in
      let tally = summary.tally
      return JSONValue.object([
        "file": .text(shard.file.path), "size": .count(shard.file.size),
        "created_ms": .optional(shard.result.facts.created) { .moment($0) },
        "keys": .count(shard.census.keys),
        "restored": .object([
          "keys": .count(tally.restored.keys), "bytes": .count(tally.restored.valueBytes),
        ]),
        "expired_at_restore_time": .count(tally.skipped(.expiredAtReference).keys),
        "expired_by_now": .count(tally.skipped(.expiredAtSubmission).keys),
        "slots": SetText.json(shard.census.slots.ranges),
        "stopped_by": DamageText.json(shard.result.failure, path: shard.file.path),
      ])
    }
    return report.adding("files", .array(files)).adding("set", reading.json)
  }
}
