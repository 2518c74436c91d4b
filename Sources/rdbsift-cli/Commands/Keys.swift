import ArgumentParser
public import Export
import RDB
import RDBSift
import Restore
import Storage

extension RowFormat: ExpressibleByArgument {}

/// How `keys` lists keys.
enum KeysFormat: String, CaseIterable, ExpressibleByArgument {
  case tsv
  case csv
  case ndjson
  case json
  case keylist
  /// The CSV of rdbtools' memory report.
  case rdbtools

  /// The format of rows; nil for a list with columns of its own.
  var rows: RowFormat? { RowFormat(rawValue: rawValue) }
}

/// Lists keys.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List keys, one per line, in file order or sorted.",
    discussion: """
        rdbsift keys dump.rdb --top 20
        rdbsift keys dump.rdb --filter-key 'user:.*' --format csv -o keys.csv

      The list is a table on a terminal, and tsv elsewhere. Keys are exact in every other format: tsv \
      escapes with backslashes; csv and JSON have key for keys that are UTF-8, and key_b64 for others.

      Columns: file (if there are several), db, key, type, encoding, rdb_type, elements, record_bytes, \
      offset (of the record in the file), expire_ms, idle, freq, slot. Of an append-only log also: \
      log_file and log_offset (the last command that changed the key), estimated. Only if named: memory \
      (what MEMORY USAGE answers) and real_memory (what the allocator holds).
      """)

  @OptionGroup(title: "List") var list: KeyListOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var picked: OffsetOptions
  @OptionGroup(title: "Selection") var part: RangeOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var moment: MomentOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Memory") var memory: MemoryOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    try Session.run(to: output) { session in
      let now = try clock.moment()
      var source = source
      let range = try part.line(
        &source,
        without: [
          ("--offsets", picked.offsets != nil), ("--limit", selection.measures.keyLimit != nil),
          ("--format json, which is one array", list.format == .json),
        ])
      try source.refuseSharedInput(with: picked.readers + part.readers + selection.readers)
      let selected = try selection.selection(now: now, of: source)
      return try source.withBackup(session, takesLogs: true) { named in
        let moved = try moment.backup(named, selected, session)
        let backup = try part.backup(try picked.backup(moved), range)
        let meter = try meter(for: backup, session)
        if list.format == nil, session.console.output.isTerminal {
          let layout = KeyTableLayout(
            list.columns?.names, isSeveral: backup.isSeveral, session.console.output, now: now)
          return try write(backup, selected, meter, session) { KeyTable(layout, file: $0) }
        }
        if list.format == .rdbtools {
          return try write(backup, selected, meter, session) { _ in
            RDBToolsRow(syntax: list.rows.syntax(.csv, session))
          }
        }
        guard let format = (list.format ?? .tsv).rows else {
          return try write(backup, selected, nil, session) { _ in KeyListFile() }
        }
        let isOfLogs = !backup.moments.isEmpty
        let syntax = list.rows.syntax(format, session)
        guard list.columns != nil || list.order != nil || !syntax.isPlain || isOfLogs else {
          return try list(backup, selected, format, session)
        }
        let columns =
          list.columns?.names
          ?? KeyColumn.usual(namingFiles: backup.isSeveral, ofLogs: isOfLogs)
        return try write(backup, selected, meter, session) {
          KeyRowWriter(syntax, columns, file: Array($0.utf8))
        }
      }
    }
  }

  /// How keys are measured; nil if nothing that is shown needs it.
  private func meter(for backup: Backup, _ session: Session) throws -> KeyMeterRequest? {
    guard list.format == .rdbtools || list.needsMemory else { return nil }
    let chosen = try memory.model(for: backup, session)
    return KeyMeterRequest(
      chosen.model, chosen.limits,
      measuresReal: list.columns?.names.contains(.realMemory) == true,
      measuresElements: list.format == .rdbtools)
  }

  /// Writes rows with the usual columns, in file order.
  private func list(
    _ backup: Backup, _ selected: RestoreSelection, _ format: RowFormat, _ session: Session
  ) throws -> ExitStatus {
    let titles = KeyListWriter(format, file: backup.isSeveral ? Array(backup.names[0].utf8) : nil)
    let output = RecordOutput.standardOutput(format.join)
    if backup.range?.isFirst ?? true { output.heading = { titles.begin(&$0) } }
    let result = try backup.listKeys(selected, format, into: output).orThrow()
    return try conclude(result, selected, output, session) { titles.end(&$0, isEmpty: $1) }
  }

  /// Writes rows of an encoder, sorted if requested.
  private func write<Row: KeyRowEncoder>(
    _ backup: Backup, _ selected: RestoreSelection, _ meter: KeyMeterRequest?, _ session: Session,
    _ makeRow: @Sendable (String) -> Row
  ) throws -> ExitStatus {
    let names = backup.names
    let titles = makeRow(names[0])
    let output = RecordOutput.standardOutput(titles.separator.map { .separated($0) } ?? .plain)
    if backup.range?.isFirst ?? true { output.heading = { titles.begin(&$0) } }
    guard let order = list.order else {
      let result = try backup.listKeys(selected, into: output, meter) { makeRow(names[$0]) }
        .orThrow()
      return try conclude(result, selected, output, session) { titles.end(&$0, isEmpty: $1) }
    }
    let sorter = RowSorter(
      order, top: list.top, folder: backup.options.opening.temporaryDirectory)
    let result = try backup.sortKeys(selected, sorter, meter) { makeRow(names[$0]) }.orThrow()
    _ = try sorter.write(into: output, separator: titles.separator)
    return try conclude(result, selected, output, session) { titles.end(&$0, isEmpty: $1) }
  }

  /// Writes what follows the rows.
  /// - Returns: The status that follows.
  private func conclude(
    _ result: BackupResult<ExportSummary>, _ selected: RestoreSelection, _ output: RecordOutput,
    _ session: Session, end: (inout OutputBuffer, Bool) -> Void
  ) throws -> ExitStatus {
    let rows = result.merged?.written ?? 0
    // A file that is no RDB file has no keys, and so no line of titles.
    if !result.readable.isEmpty {
      try output.end { end(&$0, rows == 0) }
    }
    let status = try session.concludeAll(result)
    if var tally = result.merged?.tally {
      // Without patterns, keys are only counted as rows.
      if selected.filter.keys.selectsEverything { tally = .ofRows(rows) }
      let isWhole = result.backup.range == nil
      if !selection.isEmpty, isWhole { session.reportUnmatched(result.backup, selected, tally) }
    }
    return rows == 0 && result.backup.range == nil ? .finding : status
  }
}

extension PlanTally {
  /// A tally that says only whether there were rows.
  fileprivate static func ofRows(_ rows: UInt64) -> PlanTally {
    var tally = PlanTally(patternCount: 0)
    let totals = KeyTotals(keys: rows, valueBytes: 0, elements: 0, uncounted: 0, expiring: 0)
    tally.addRestored(totals, pattern: nil, shape: nil, database: 0)
    return tally
  }
}

extension StandardStream {
  /// Writes to standard output what precedes or follows rows.
  static func writeText(_ body: (inout OutputBuffer) -> Void) throws {
    var buffer = OutputBuffer(capacity: 4096)
    body(&buffer)
    var stream = StandardStream.output
    try buffer.withBytes { (bytes) throws(SystemError) in try stream.write(bytes) }
  }
}

extension RecordOutput {
  /// An output that writes to standard output.
  static func standardOutput(_ join: Join = .plain) -> RecordOutput {
    RecordOutput(join) { (bytes) throws(SystemError) in
      var stream = StandardStream.output
      try stream.write(bytes)
    }
  }
}
