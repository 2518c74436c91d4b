// What `export` writes that is no command: a filtered RDB file, values as JSON, and one file for each
// part of a cluster.

import Export
import Pipeline
import RDB
import Restore
import Storage

extension ExportCommand {
  /// Carries out an export in another form than one row of commands; nil if it is none.
  func runOtherwise(
    _ session: Session, _ file: OpenFile, _ selected: Selection
  ) throws -> ExitStatus? {
    let report = ExportReport(session: session, now: selected.now)
    if let parts = try partition.parts() {
      return try writePartition(parts, file, selected, report)
    }
    let path = output == "-" ? nil : output
    switch format {
    case .rdb: return try writeRDB(to: path, file, selected, report)
    case .json, .ndjson: return try writeValues(to: path, file, selected, report)
    default: return nil
    }
  }

  /// Two sweeps: a database's keys are counted before they are written.
  private func writeRDB(
    to path: String?, _ file: OpenFile, _ selected: Selection,
    _ report: ExportReport
  ) throws -> ExitStatus {
    let console = report.session.console
    if path == nil, console.output.isTerminal {
      throw Misuse("an RDB file is not for a terminal; use --output FILE")
    }
    let head = try file.head()
    let counted = try file.sweep(label: "counting", into: PartOutput { _ in }) {
      () throws(JobFailure) in FilteredCountWorker(selected)
    }
    if let failure = counted.failure { throw FileFailure(failure: failure, path: file.path) }
    var counts = FilteredCounts()
    for summary in counted.summaries { counts.merge(summary) }
    counts.conclude(counted.facts, head: head)
    let refusals = FilteredCounts.Refusal.allCases.filter { counts.refusals.contains($0) }
    for refusal in refusals { report.session.tell(error: Messages.text(refusal, file.path)) }
    guard refusals.isEmpty else { return .failed }
    let target = try ExportTarget(path, inputs: [file.identity], checksum: true)
    let writer = RDBWriter(head.header)
    try target.write { writer.begin(&$0) }
    let result = try file.sweep(label: "exporting", into: target.parts()) {
      [counts] () throws(JobFailure) in FilteredFileWorker(selected, writer, counts: counts)
    }
    let status = try report.tell(result, of: file)
    try target.write { [checksum = target.checksum] in writer.end(checksum: checksum, to: &$0) }
    try target.commit()
    return status
  }

  private func writeValues(
    to path: String?, _ file: OpenFile, _ selected: Selection,
    _ report: ExportReport
  ) throws -> ExitStatus {
    let isArray = format == .json
    try file.checkHeader()
    let target = try ExportTarget(path, inputs: [file.identity])
    let rows = RowWriter(.json)
    if isArray { try target.write { rows.begin(&$0) } }
    let result = try file.sweep(
      label: "exporting", into: target.parts(ValueListingWorker.join(isArray: isArray))
    ) { () throws(JobFailure) in ValueListingWorker(selected, isArray: isArray) }
    let status = try report.tell(result.mapSummaries(\.extraction), of: file)
    let written = result.summaries.reduce(0) { $0 + $1.extraction.written }
    if isArray { try target.write { rows.end(&$0, isEmpty: written == 0) } }
    try target.commit()
    let unopened = result.summaries.reduce(0) { $0 + $1.unopened }
    guard unopened > 0 else { return status }
    report.session.tell(
      warning: "\(HumanText.count(unopened, "value is", "values are")) null: bits that only their "
        + "algorithm reads")
    return .finding
  }
}

extension Messages {
  /// Why no filtered RDB file can be made of a file.
  static func text(_ refusal: FilteredCounts.Refusal, _ path: String) -> String {
    let reason =
      switch refusal {
      case .memberDeadlines:
        "it has deadlines of members (KeyDB), which stand apart from their keys and would go wrong "
          + "where keys are left out"
      case .journal:
        "it holds changes that came after the snapshot (Dragonfly's journal), which a part of the "
          + "file cannot carry"
      case .lateDialect:
        "it turns out to be Dragonfly's only by one of its keys, without an AUX field df-ver"
      }
    return "\(spelled(path)): no filtered RDB file can be made of it: \(reason)"
  }
}
