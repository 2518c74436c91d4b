// What `export` writes: commands, a filtered RDB file, or values as JSON.

import Export
import RDB
import RDBSift
import Restore
import Storage

/// What is exported, and who is told of it.
struct ExportSource {
  let file: OpenFile
  /// Which keys.
  let selected: Selection
  /// Where they go.
  let relocation: Relocation
  let report: ExportReport

  var console: Console { report.session.console }
}

extension ExportCommand {
  /// Carries out an export.
  func export(_ source: ExportSource) throws -> ExitStatus {
    let path = output == "-" ? nil : output
    let parts = try checkedParts(path, source.console)
    guard try checkNames(source) else { return .failed }
    if let (folder, parts) = parts {
      return try writePartition(folder, parts, source)
    }
    switch format {
    case .resp, .restore: return try writeCommands(to: path, source)
    case .rdb: return try writeRDB(to: path, source)
    case .json, .ndjson: return try writeValues(to: path, source)
    }
  }

  /// The parts and their folder, if the output is to be taken apart; refuses what does not go together.
  func checkedParts(
    _ path: String?, _ console: Console
  ) throws -> (folder: String, parts: SlotParts)? {
    if let other = target.commandOption, format != .resp, format != .restore {
      throw Misuse("\(other) goes with --as resp or restore")
    }
    let parts = try partition.parts()
    if parts != nil {
      guard [.resp, .restore, .rdb].contains(format) else {
        throw Misuse("--partition goes with --as resp, restore or rdb")
      }
      guard output == nil else { throw Misuse("--partition writes to --out-dir, not to --output") }
    } else if path == nil, console.output.isTerminal {
      try refuseTerminal()
    }
    return parts
  }

  private func refuseTerminal() throws {
    switch format {
    case .resp, .restore:
      throw Misuse(
        "commands are not for a terminal; use --output FILE or pipe them to redis-cli --pipe")
    case .rdb: throw Misuse("an RDB file is not for a terminal; use --output FILE")
    case .json, .ndjson: break
    }
  }

  /// How commands are spelled.
  var commandOptions: CommandExporter.Options {
    target.options(format == .restore ? .payloads : .commands)
  }

  private func writeCommands(
    to path: String?, _ source: ExportSource
  ) throws -> ExitStatus {
    let file = source.file
    let target = try ExportTarget(path, inputs: [file.identity])
    let options = commandOptions
    let result = try file.sweep(label: "exporting", into: target.parts(.commands)) {
      () throws(JobFailure) in
      ExtractionWorker(source.selected, options: options, naming: source.relocation.naming)
    }
    let status = try source.report.tell(result, of: file)
    try target.commit()
    return status
  }

  /// Counts the keys that an RDB file, or each of several, will hold; nil if none can be made.
  func count(
    _ source: ExportSource, parts: SlotParts? = nil
  ) throws -> [FilteredCounts]? {
    let file = source.file
    let counted = try file.sweep(label: "counting", into: PartOutput { _ in }) {
      () throws(JobFailure) in
      FilteredCountWorker(source.selected, parts: parts, naming: source.relocation.naming)
    }
    if let failure = counted.failure { throw FileFailure(failure: failure, path: file.path) }
    var counts = FilteredCounts.merged(counted.summaries)
    counts[0].conclude(counted.facts, head: try file.head())
    let found = counts[0].refusals
    let refusals = FilteredCounts.Refusal.allCases.filter { found.contains($0) }
    for refusal in refusals {
      source.report.session.tell(error: Messages.text(refusal, file.path))
    }
    return refusals.isEmpty ? counts : nil
  }

  /// Two sweeps: a database's keys are counted before they are written.
  private func writeRDB(
    to path: String?, _ source: ExportSource
  ) throws -> ExitStatus {
    let file = source.file
    guard let counts = try count(source) else { return .failed }
    let target = try ExportTarget(path, inputs: [file.identity], checksum: true)
    let writer = RDBWriter(try file.head().header)
    try target.write { writer.begin(&$0) }
    let result = try file.sweep(label: "exporting", into: target.parts()) {
      () throws(JobFailure) in
      FilteredFileWorker(
        source.selected, writer, counts: counts, relocation: source.relocation)
    }
    let status = try source.report.tell(result, of: file)
    try target.write { [checksum = target.checksum] in writer.end(checksum: checksum, to: &$0) }
    try target.commit()
    return status
  }

  private func writeValues(
    to path: String?, _ source: ExportSource
  ) throws -> ExitStatus {
    let file = source.file
    let isArray = format == .json
    try file.checkHeader()
    let target = try ExportTarget(path, inputs: [file.identity])
    let rows = RowWriter(.json)
    if isArray { try target.write { rows.begin(&$0) } }
    let result = try file.sweep(
      label: "exporting", into: target.parts(ValueListingWorker.join(isArray: isArray))
    ) { () throws(JobFailure) in
      ValueListingWorker(source.selected, isArray: isArray, relocation: source.relocation)
    }
    let status = try source.report.tell(result.mapSummaries(\.extraction), of: file)
    let written = result.summaries.reduce(0) { $0 + $1.extraction.written }
    if isArray { try target.write { rows.end(&$0, isEmpty: written == 0) } }
    try target.commit()
    let unopened = result.summaries.reduce(0) { $0 + $1.unopened }
    return tell(unopened: unopened, source.report.session) ? .finding : status
  }

  /// Says how many values are null because they cannot be read; whether there are any.
  func tell(unopened: UInt64, _ session: Session) -> Bool {
    guard unopened > 0 else { return false }
    session.tell(
      warning: "\(HumanText.count(unopened, "value is", "values are")) null: bits that only their "
        + "algorithm reads")
    return true
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
      case .otherFormat: "the files are not all in one format, by their headers or their servers"
      case .otherFunctions: "the files do not have the same function libraries"
      case .beside:
        "data of modules, hash templates or imports of slots stand beside the keys, and cannot be "
          + "those of several files"
      case .lateDialect:
        "it turns out to be Dragonfly's only by one of its keys, without an AUX field df-ver"
      }
    return "\(spelled(path)): no filtered RDB file can be made of it: \(reason)"
  }
}
