// `keys` of several files: their rows one behind the other, each with the file it is from.

import Export
import RDB
import RDBSift
import Restore
import Storage

extension Keys {
  /// Lists the keys of a set.
  func list(_ set: ShardSet, _ selected: Selection) throws -> ExitStatus {
    // What is no RDB file has no keys, and so no line of titles.
    _ = try set.each("opening") { _, file in try file.checkHeader() }.map { try $0.value.get() }
    let console = set.session.console
    if format == nil, console.output.isTerminal { return try listTable(set, selected) }
    let format = format ?? .tsv
    let join = ListingWorker.join(format)
    let names = set.shards.map(\.name)
    let writer = RowWriter(format, file: names.first)
    try StandardStream.writeText { writer.begin(&$0) }
    let output = PartOutput.standardOutput(join)
    let outcomes = set.sweep(
      "listing", selected, into: ShardOutput(output, join), restored: { UInt64($0) }
    ) { index, selection throws(JobFailure) in
      ListingWorker(selection, format, file: names[index])
    }
    let rows = outcomes.flatMap { (try? $0.value.get())?.summaries ?? [] }.reduce(0, +)
    if output.failure == nil {
      try StandardStream.writeText { writer.end(&$0, isEmpty: rows == 0) }
    }
    return try Keys.conclude(outcomes, output, rows)
  }

  private func listTable(_ set: ShardSet, _ selected: Selection) throws -> ExitStatus {
    let console = set.session.console
    let width = console.output.width ?? 80
    try console.write(line: console.output.styled(TableWorker.titlesOfSet, .bold))
    let names = set.names
    let output = PartOutput.standardOutput()
    let outcomes = set.sweep(
      "listing", selected, into: ShardOutput(output, .plain), restored: { UInt64($0) }
    ) { index, selection throws(JobFailure) in
      TableWorker(selection, width: width, file: names[index])
    }
    let rows = outcomes.flatMap { (try? $0.value.get())?.summaries ?? [] }.reduce(0, +)
    return try Keys.conclude(outcomes, output, rows)
  }

  private static func conclude(
    _ outcomes: [ShardOutcome<SweepResult<Int>>], _ output: PartOutput, _ rows: Int
  ) throws -> ExitStatus {
    if let failure = output.failure { throw failure }
    var status = ExitStatus.done
    for outcome in outcomes {
      let result = try outcome.value.get()
      guard let file = outcome.file else { continue }
      if !outcome.isUnchanged { file.warnOfChange() }
      if try file.conclude(result) == .finding { status = .finding }
    }
    return rows == 0 ? .finding : status
  }
}
