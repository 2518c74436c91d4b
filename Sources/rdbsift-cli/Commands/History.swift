import AOF
import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// How `history` writes rows.
enum HistoryFormat: String, CaseIterable, ExpressibleByArgument {
  /// Aligned columns.
  case table
  case tsv
  case csv
  case ndjson
  case json

  /// The row format; nil for a table.
  var rows: RowFormat? { RowFormat(rawValue: rawValue) }
}

/// What is listed, and how.
struct HistoryOptions: ParsableArguments {
  @Flag(help: "List flushes, swaps and bursts instead of changes.")
  var events = false

  @Flag(help: "Show the value after each change, as JSON.")
  var values = false

  @Option(
    help: ArgumentHelp(
      "Show the selected keys as they were at the end of this second, instead of their changes.",
      valueName: "time"))
  var at: String?

  @Option(name: [.long, .customLong("as")], help: "The format of the list.")
  var format: HistoryFormat = .table

  @OptionGroup var rows: RowOptions

  func validate() throws {
    if events, values || at != nil {
      throw ValidationError("--events looks at every key; it takes no filter, --values or --at")
    }
    try rows.check(format.rows)
  }

  /// The spelling of rows; nil for a table.
  func syntax(_ session: Session) -> RowSyntax? { format.rows.map { rows.syntax($0, session) } }
}

/// Lists what happened in an append-only log.
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List every change of keys in an append-only log, or find the moment to go back to.",
    discussion: """
        rdbsift history appendonlydir --filter-key 'user:1' --values
        rdbsift history appendonlydir --events

      A change has the second in which it was logged, the file and the offset of its command, and whether \
      the key existed after it.

      --events lists FLUSHALL, FLUSHDB, SWAPDB, and bursts of deletions, expirations and overwrites with \
      another type, each with the command that previews a restore to the moment before it. A restore time \
      includes its whole second; only --cut can separate commands of the same second.
      """)

  @OptionGroup(title: "Changes") var changes: HistoryOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var moment: MomentOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if changes.events, !selection.isEmpty {
      throw ValidationError("--events looks at every key; it takes no filter, --values or --at")
    }
    if changes.at != nil, moment.restoreTime != nil {
      throw ValidationError("--at and --restore-time exclude each other")
    }
    if moment.log.baseOnly { throw ValidationError("--base-only has no history") }
  }

  func run() throws {
    try Session.run(to: output) { session in
      let selected = try selection.selection(now: try clock.moment(), of: source)
      guard selected.filter.isByName, selected.limit == nil else {
        throw Misuse("history selects keys by name, database, slot and sample only")
      }
      return try source.withBackup(session, takesLogs: true) { backup in
        guard !backup.logs.isEmpty else {
          throw Misuse("history needs an append-only log; none was given")
        }
        if changes.events { return try listEvents(backup, session) }
        if let at = changes.at { return try listState(backup, at, selected, session) }
        return try listChanges(backup, selected, session)
      }
    }
  }

  private func request(_ time: String?, _ filter: RecordFilter?) throws -> MomentRequest {
    var request = try moment.request(at: time, option: changes.at == nil ? "restore-time" : "at")
    request.filter = filter
    request.dropsExpired = true
    return request
  }

  // MARK: Changes

  private func listChanges(
    _ backup: Backup, _ selected: RestoreSelection, _ session: Session
  ) throws -> ExitStatus {
    let isSeveral = backup.logs.count > 1
    let writer = HistoryWriter(changes.syntax(session), values: changes.values)
    let request = try request(moment.restoreTime, selected.filter)
    for log in backup.logs {
      try log.history(request, takesValues: changes.values, backup.options.opening) { change in
        if writer.rows == 0 { writer.begin(columns(isSeveral)) }
        writer.write(HistoryRow(change, log, namesLog: isSeveral))
      }
      if let failure = writer.failure { throw failure }
    }
    if writer.rows == 0 { writer.begin(columns(isSeveral)) }
    try writer.end()
    if writer.rows == 0 { session.warn("no selected key changed") }
    return writer.rows == 0 ? .finding : .done
  }

  private func columns(_ isSeveral: Bool) -> [RowFields.Column] {
    HistoryRow.columns(severalLogs: isSeveral, values: changes.values || changes.at != nil)
  }

  /// Lists the state of the selected keys at a moment, with the place of the last change of each.
  private func listState(
    _ named: Backup, _ time: String, _ selected: RestoreSelection, _ session: Session
  ) throws -> ExitStatus {
    let backup = try moment.log.backup(named, try request(time, selected.filter), session)
    let isSeveral = named.logs.count > 1
    let syntax = changes.syntax(session)
    let output = RecordOutput.standardOutput(changes.format == .json ? .separated(",\n") : .plain)
    let second = backup.moments.compactMap(\.reference).max().map { $0.rawValue / 1000 }
    output.heading = { HistoryWriter.begin(syntax, columns(isSeveral), &$0) }
    let names = backup.names
    let result = backup.write(SweepRequest("listing", selected), into: output) { file in
      StateWriter(
        syntax, backup.files[file].part, log: (names[file], isSeveral), second: second)
    }
    output.writeHeading()
    if let failure = output.failure { throw failure }
    try StandardStream.writeText { if let syntax { RowColumns(syntax).end(&$0) } }
    let status = try session.concludeAll(try result.orThrow())
    return (result.merged?.written ?? 0) == 0 ? .finding : status
  }

  // MARK: Events

  private func listEvents(_ backup: Backup, _ session: Session) throws -> ExitStatus {
    let request = try request(moment.restoreTime, nil)
    var rows: [EventRow] = []
    for log in backup.logs {
      rows += try log.events(request, backup.options.opening).map { EventRow($0, log) }
    }
    if let syntax = changes.syntax(session) {
      try StandardStream.writeText { EventRow.write(rows, as: syntax, to: &$0) }
    } else if !rows.isEmpty {
      try session.console.write(EventRow.report(rows), as: .text)
    }
    if rows.isEmpty { session.warn("no flush, swap or burst was found") }
    return rows.isEmpty ? .finding : .done
  }
}
