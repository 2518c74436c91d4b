// `timeline` of several files: the lines of each behind those of the one before, or all by time.

import RDBSift
import Restore

extension Timeline {
  /// Lists the instants of a set.
  func list(_ set: ShardSet, _ selected: Selection) throws -> ExitStatus {
    let created = try set.heads().map(\.created)
    let names = set.names
    let lines = TimelineLines(sorts: sort == .time)
    try set.session.console.write(line: TimelineWriter.titles)
    let output = lines.output
    let outcomes = set.sweep(
      "listing", selected, into: ShardOutput(output, .plain), restored: { $0 }
    ) { index, selection throws(JobFailure) in
      TimelineWorker(selection, created: created[index], path: names[index])
    }
    if let failure = output.failure { throw failure }
    try lines.finish()
    let keys = outcomes.flatMap { (try? $0.value.get())?.summaries ?? [] }.reduce(0, +)
    return selection.status(set.conclude(outcomes) { $0 }, afterKeys: keys, set.session)
  }
}
