import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// What is compared, and what is listed.
struct PreviewOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A fresh backup of the target instance: show which keys a restore would create, overwrite or delete \
      in it. Values are compared by content, not by encoding.
      """, valueName: "file"), completion: .file())
  var against: String?

  @Option(
    help: ArgumentHelp(
      """
      End with status 1 if this is true, such as 'keys>10000'. Names: \(PreviewQuantity.allNames). May \
      be repeated.
      """, valueName: "condition"),
    transform: { try PreviewCondition($0) })
  var failIf: [PreviewCondition] = []

  @Flag(
    help: """
      Write a row for every selected key instead of the report: its outcome, and the pattern that \
      selected it; with --against also for deleted keys.
      """)
  var list = false

  @Option(
    help: ArgumentHelp(
      "The format of rows (default: tsv).", valueName: "format"))
  var listFormat: RowFormat?

  @OptionGroup var rows: RowOptions

  /// Refuses what does not go together.
  func check(_ format: ReportFormat, _ selection: SelectionOptions) throws {
    if listFormat != nil, !list { throw ValidationError("--list-format requires --list") }
    if list, format == .json {
      throw ValidationError("--format is for the report; for rows use --list-format")
    }
    try rows.check(list ? listFormat ?? .tsv : nil)
    if against == nil, let condition = failIf.first(where: \.needsComparison) {
      throw ValidationError("--fail-if \(condition.text) needs --against")
    }
    if against != nil, selection.measures.keyLimit != nil {
      throw ValidationError("--against excludes --limit: keys that are not restored are deleted")
    }
  }
}

/// Previews a restore.
struct Preview: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which keys a restore would write, and when they would expire.",
    usage: "rdbsift preview [<options>] <file> ... [-- <call> ...]",
    discussion: """
        rdbsift preview dump.rdb --filter-key 'session:.*'
        rdbsift preview dump.rdb --restore-time 2026-11-20 --fail-if 'keys>10000'

      Runs the same plan as export and writes nothing. How the service reads a FilterKey is not \
      documented, so matches are always counted under four readings: as a regular expression for the \
      whole key (full), for any part of it (search), as a glob, and as the key itself (literal).

      After --, paste a call of RestoreInstance as copied from a shell; its parameters become the request: \
      rdbsift preview dump.rdb -- aliyun r-kvstore RestoreInstance --FilterKey 'cart:.*'
      """)

  @OptionGroup(title: "Preview") var options: PreviewOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var shift: ShiftOptions
  @OptionGroup(title: "Output") var report: ReportOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  /// The words behind `--`: a call as copied from a shell.
  var call: [String] { Array(CommandLine.arguments.drop { $0 != "--" }.dropFirst()) }

  func validate() throws { try options.check(report.format, selection) }

  func run() throws {
    try Session.run(to: output) { session in
      var source = source
      // The parser takes the words behind -- for files too.
      source.files.removeLast(min(call.count, source.files.count))
      try source.refuseSharedInput(
        with: selection.readers + shift.readers
          + (options.against.map { [("--against", $0)] } ?? []))
      return try source.withBackup(session, readAgain: true, takesLogs: true) { named in
        var request = try shift.request(selection, call: call)
        let backup = try shift.log.backup(
          named, &request, selectsAll: true, findsAbsent: .comparedWithEnd, session)
        let selected = try request.selection()
        guard let against = options.against else {
          return try preview(backup, request, selected, nil, session)
        }
        var other = source
        other.files = [against]
        return try other.withBackup(session, readAgain: true) {
          let present = try PresentBackup($0, selected, session)
          return try preview(backup, request, selected, present, session)
        }
      }
    }
  }

  private func preview(
    _ backup: Backup, _ request: RestoreRequest, _ selected: RestoreSelection,
    _ present: PresentBackup?, _ session: Session
  ) throws -> ExitStatus {
    let readings = Readings(selected.filter)
    var asked = PreviewRequest(selected)
    asked.otherModes = readings.filters
    asked.currentKeys = present?.keys
    asked.list = format(selected, backup, present, session)
    let rows = asked.list.map { ListedRows($0.list) }
    let result = try backup.preview(asked, into: rows?.output).orThrow()
    guard var summary = result.merged else { return session.conclude(result) }
    // What could not be read of the backup might come back.
    if result.isWhole { try present?.findDeleted(selected, asked, rows, &summary) }
    try rows?.end(isEmpty: summary.rows == 0)
    let failure = result.readable.compactMap(\.result.failure).first
    let found = PreviewReport(
      subject: result.subject, request: request, selection: selected, readings: readings,
      summary: summary,
      // Of a pattern that gave up it is not known what it selects.
      unmatched: failure == nil ? backup.unmatchedPatterns(selected, after: summary.tally) : [],
      present: present?.subject, moments: backup.moments, failure: failure)
    if !options.list { try write(found, result, session) }
    for warning in found.warnings { session.warn(warning.text) }
    return status(found, [present?.status ?? .done, session.conclude(result)], session)
  }

  private func write(
    _ found: PreviewReport, _ result: BackupResult<PreviewSummary>, _ session: Session
  ) throws {
    let report = result.backup.isSeveral ? found.report.of(result) : found.report
    try session.console.write(report, as: self.report.format)
  }

  /// The rows of the list, if there is one.
  private func format(
    _ selected: RestoreSelection, _ backup: Backup, _ present: PresentBackup?, _ session: Session
  ) -> PreviewListFormat? {
    guard options.list else { return nil }
    let namesFiles = backup.isSeveral || present?.backup.isSeveral ?? false
    return PreviewListFormat(
      options.rows.syntax(options.listFormat ?? .tsv, session),
      patterns: selected.filter.keys.patterns.map(\.bytes),
      files: namesFiles ? backup.names : nil)
  }

  /// The status that follows from what was counted, and from files that were read.
  func status(
    _ found: PreviewReport, _ statuses: [ExitStatus], _ session: Session
  ) -> ExitStatus {
    let broken = options.failIf.filter { $0.holds(found) }
    for condition in broken {
      session.report(
        error: "--fail-if \(condition.text): there are "
          + Formatting.count(condition.value(found)))
    }
    let status = ExitStatus.worst(statuses)
    guard status != .failed, broken.isEmpty, found.summary.tally.restored.keys > 0 else {
      return ExitStatus.worst([status, .finding])
    }
    return status
  }
}

/// The patterns of a filter, read in each way that a service might.
struct Readings {
  static let modes: [MatchMode] = [.full, .search, .glob, .literal]

  /// The ways that all patterns can be read in.
  let modes: [MatchMode]
  /// A filter for each.
  let filters: [RecordFilter]

  /// Makes readings of a filter; of one without patterns there is none.
  init(_ filter: RecordFilter) {
    var modes: [MatchMode] = []
    var filters: [RecordFilter] = []
    if !filter.keys.selectsEverything {
      for mode in Readings.modes {
        let patterns = filter.keys.patterns.map { $0.interpreted(as: mode) }
        // What compiles as a regular expression always does as another, and any text is a glob; a
        // glob may be no regular expression, and is then not counted as one.
        guard let keys = try? CompiledPatterns(patterns, limits: filter.keys.limits) else {
          continue
        }
        modes.append(mode)
        filters.append(filter.with(keys: keys))
      }
    }
    self.modes = modes
    self.filters = filters
  }
}
