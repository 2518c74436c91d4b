import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// Says what a restore would touch.
struct Preview: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which keys a restore would touch, and until when they would live.",
    usage: "rdbsift preview [<options>] <file> ... [-- <call> ...]",
    discussion: """
      Asks the same plan as export, and writes nothing. How the service reads a FilterKey is not \
      documented, so its patterns are always counted in three ways: as a regular expression for the \
      whole key (full), for any part of it (search), and as a glob.

      Behind -- stands a call as copied from a shell, aliyun r-kvstore RestoreInstance ..., whose \
      parameters are then the request.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var shift: ShiftOptions
  @OptionGroup var report: ReportOptions

  @Option(
    help: ArgumentHelp(
      """
      End with status 1 if this holds, such as keys>10000. Names: \(Guard.names); with --against also \
      \(Guard.namesOfComparison). May be repeated.
      """, valueName: "condition"),
    transform: { try Guard($0) })
  var failIf: [Guard] = []

  @Option(
    help: ArgumentHelp(
      """
      A fresh backup of the instance that is restored to: say what becomes of its keys. Values are \
      compared by what they hold, however they are encoded.
      """, valueName: "file"))
  var against: String?

  @Flag(
    help: """
      Instead of the report write a row for every key that is asked for: what becomes of it, and \
      which pattern selected it; with --against also for every key that is deleted.
      """)
  var list = false

  @Option(
    help: ArgumentHelp("How --list spells rows: tsv, csv, ndjson or json.", valueName: "format"))
  var listFormat: RowFormat?

  /// The words behind `--`: a call as copied from a shell.
  var call: [String] { Array(CommandLine.arguments.drop { $0 != "--" }.dropFirst()) }

  func validate() throws {
    if listFormat != nil, !list { throw ValidationError("--list-format is for --list") }
    if list, report.format == .json {
      throw ValidationError("--format is for the report; rows are spelled by --list-format")
    }
    if against == nil, let condition = failIf.first(where: \.needsComparison) {
      throw ValidationError("--fail-if \(condition.text) needs --against")
    }
    if against != nil, selection.measures.limit != nil {
      throw ValidationError("--against takes no --limit: what does not come back is deleted")
    }
  }

  func run() throws {
    try Session.run { session in
      var source = source
      // The parser takes the words behind -- for files too.
      source.files.removeLast(min(call.count, source.files.count))
      guard !source.files.isEmpty else {
        throw Misuse("a file is needed: rdbsift preview dump.rdb")
      }
      return try source.withBackup(session, readAgain: true) { file in
        let request = try shift.request(selection, head: try file.head(), call: call)
        let selected = try request.selection()
        return try withPresent(source, session, selected) {
          try preview(session, file, request, selected, $0)
        }
      } set: { set in
        let request = try shift.request(selection, head: try set.referenceHead(), call: call)
        let selected = try request.selection()
        return try withPresent(source, session, selected) {
          try preview(set, request, selected, $0)
        }
      }
    }
  }

  /// Opens the backup of what is there now, if there is one to compare with.
  private func withPresent(
    _ source: SourceOptions, _ session: Session, _ selected: Selection,
    _ body: (PresentBackup?) throws -> ExitStatus
  ) throws -> ExitStatus {
    guard let against else { return try body(nil) }
    var other = source
    other.file = against
    return try other.withBackup(session, readAgain: true) {
      try body(PresentBackup($0, selected))
    } set: {
      try body(PresentBackup($0, selected))
    }
  }

  private func preview(
    _ session: Session, _ file: OpenFile, _ request: RestoreRequest, _ selected: Selection,
    _ present: PresentBackup?
  ) throws -> ExitStatus {
    let readings = Readings(selected.filter)
    let rows = rows(selected, tellsFiles: present?.isSet ?? false)
    try rows?.begin()
    let result = try file.sweep(label: "reading", into: rows?.output ?? PartOutput { _ in }) {
      [filters = readings.filters, keys = present?.keys, writer = rows?.writer(file.path)]
      () throws(JobFailure) in
      PreviewWorker(selected, readings: filters, against: keys, list: writer)
    }
    guard var summary = result.summaries.first else { return .failed }
    for other in result.summaries.dropFirst() { summary.merge(other) }
    if result.failure == nil, let present {
      try present.findDeleted(selected, rows, &summary)
    }
    try rows?.end(isEmpty: summary.rows == 0)
    // Of a pattern that gave up it is not known what it selects.
    let silent = result.failure == nil ? try Preview.silence(file, selected, summary) : []
    let screen = PreviewScreen(
      session: session, file: file.subject, request: request, selection: selected,
      readings: readings, summary: summary, silent: silent, present: present?.subject,
      failure: result.failure)
    if !list { try write(screen, session) }
    screen.tellWarnings()
    return status(screen, [present?.status ?? .done, try file.conclude(result)])
  }

  /// The list, if there is one.
  func rows(_ selected: Selection, tellsFiles: Bool) -> FateList? {
    list ? FateList(listFormat ?? .tsv, selected, tellsFiles: tellsFiles) : nil
  }

  /// The status that follows from what was counted, and from files that were read.
  func status(_ screen: PreviewScreen, _ statuses: [ExitStatus]) -> ExitStatus {
    let broken = failIf.filter { $0.holds(screen) }
    for condition in broken {
      screen.session.tell(
        error: "--fail-if \(condition.text): there are "
          + HumanText.count(condition.value(screen)))
    }
    guard broken.isEmpty, screen.summary.tally.restored.keys > 0 else { return .finding }
    return statuses.max { $0.rawValue < $1.rawValue } ?? .done
  }

  private func write(_ screen: PreviewScreen, _ session: Session) throws {
    switch report.format {
    case .text: try session.console.write(screen.text())
    case .json: try session.console.write(screen.json())
    }
  }
}

extension Preview {
  /// Finds out, in a second pass, about patterns that were the first to select nothing.
  ///
  /// A failure was told of in the first.
  static func silence(
    _ file: OpenFile, _ selected: Selection, _ summary: PreviewSummary
  ) throws -> [SilentPattern] {
    let counts = summary.tally.restoredByPattern
    let patterns = counts.indices.filter { counts[$0].keys == 0 }
    guard !patterns.isEmpty else { return [] }
    let result = try file.sweep(label: "looking", into: PartOutput { _ in }) {
      () throws(JobFailure) in SilenceWorker(selected, patterns: patterns)
    }
    guard var found = result.summaries.first else { return [] }
    for other in result.summaries.dropFirst() {
      for place in found.indices { found[place].merge(other[place]) }
    }
    return found
  }
}

/// The patterns of a filter, read in each way that a service might.
struct Readings {
  static let modes: [MatchMode] = [.full, .search, .glob]

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
        let patterns = filter.keys.patterns.map { $0.reading(as: mode) }
        // What compiles as a regular expression always does as another, and any text is a glob; a
        // glob may be no regular expression, and is then not counted as one.
        guard let keys = try? CompiledPatterns(patterns, limits: filter.keys.limits) else {
          continue
        }
        modes.append(mode)
        filters.append(filter.reading(keys))
      }
    }
    self.modes = modes
    self.filters = filters
  }
}
