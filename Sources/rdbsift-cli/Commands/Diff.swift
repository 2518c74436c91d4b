import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// What is written about differences.
struct DiffOptions: ParsableArguments {
  @Flag(help: "Write a row for every key that differs instead of the report.")
  var list = false

  @Option(help: ArgumentHelp("The format of rows (default: tsv).", valueName: "format"))
  var listFormat: RowFormat?

  @OptionGroup var rows: RowOptions

  @Flag(
    help: """
      Also compare memory, per database, type and prefix, on the server of the new backup; reads both \
      backups once more.
      """)
  var memory = false

  @Option(help: ArgumentHelp("With --memory, prefixes to list, 0 to 1000.", valueName: "n"))
  var prefixes = 40

  @Option(
    help: ArgumentHelp(
      """
      Keep the index of keys below SIZE, at 40 bytes a key; reads both backups as often as it takes. Rows of \
      --list are then in the order of the file for each pass.
      """, valueName: "size"))
  var memoryLimit: String?

  /// Keys that are indexed at once; nil for all.
  var keyLimit: Int? {
    memoryLimit.flatMap { NumberRange.size($0) }.map { Int(clamping: $0) / KeyIndex.bytesPerKey }
  }

  /// Whether the new backup is read more than once.
  var readsAgain: Bool { memory || memoryLimit != nil }

  @Flag(name: .shortAndLong, help: "Write nothing; only the exit status tells whether they differ.")
  var quiet = false

  /// Refuses what does not go together.
  func check(_ format: ReportFormat) throws {
    if listFormat != nil, !list { throw ValidationError("--list-format requires --list") }
    if list, format == .json {
      throw ValidationError("--format is for the report; for rows use --list-format")
    }
    try rows.check(list ? listFormat ?? .tsv : nil)
    if !(0...1000).contains(prefixes) {
      throw ValidationError("--prefixes takes a number from 0 to 1000")
    }
    if memoryLimit != nil, keyLimit == nil {
      throw ValidationError("--memory-limit takes a number of bytes, such as 512M")
    }
    if memory, list || quiet { throw ValidationError("--memory is for the report") }
    if quiet, list || format == .json {
      throw ValidationError("--quiet writes nothing; leave out --list and --format")
    }
  }
}

/// The moments of logs that are compared.
struct DiffMomentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of an old append-only log, the state with this second (default: its end).",
      valueName: "time"))
  var oldTime: String?

  @Option(
    help: ArgumentHelp(
      "Of a new append-only log, the state with this second (default: its end).",
      valueName: "time"))
  var newTime: String?

  /// The names of the old and the new backup: one log may be both, at two moments.
  func sides(_ files: [String]) throws -> (old: String, new: String) {
    if files.count == 1, oldTime != nil || newTime != nil { return (files[0], files[0]) }
    guard files.count == 2 else {
      throw Misuse(
        "diff takes two backups, the old and the new one: rdbsift diff OLD NEW; several files are one "
          + "backup as a directory, an @LIST or an archive; one append-only log is both with "
          + "--old-time and --new-time")
    }
    return (files[0], files[1])
  }
}

/// Compares two backups.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two backups: keys added, removed and changed.",
    usage: "rdbsift diff [<options>] <old> <new>",
    discussion: """
        rdbsift diff monday.rdb tuesday.rdb
        rdbsift diff monday.rdb tuesday.rdb --type hash --list -o changes.tsv
        rdbsift diff appendonlydir --old-time 2026-11-24T14:00:00Z

      Each side is a file, or several as a directory, an @LIST or an archive. Values are compared by \
      content, not by encoding, so that backups of different server versions can be compared; field TTLs \
      count, stream counters do not. Expired keys are compared like all others.

      Filters by type, size and the like apply to the record in the new backup, and for removed keys to \
      the one in the old backup.

      Exit status: 0 the selected keys are the same; 1 they differ; 2 failed, or a file is damaged.
      """)

  @OptionGroup(title: "Differences") var options: DiffOptions
  @OptionGroup(title: "Memory") var memory: MemoryOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var moments: DiffMomentOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Output") var report: ReportOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    try options.check(report.format)
    if selection.measures.keyLimit != nil {
      throw ValidationError("diff compares all selected keys; leave out --limit")
    }
  }

  func run() throws {
    try Session.run(to: output) { session in
      let sides = try moments.sides(source.files)
      let selected = try selection.selection(now: try clock.moment(), of: source)
      var (old, new) = (source, source)
      old.files = [sides.old]
      new.files = [sides.new]
      // A key that is left out for its type or size is there all the same.
      let names = selected.onNames.filter
      return try old.withBackup(session, readAgain: true, takesLogs: true) { named in
        let old = try named.at(moments.oldTime, option: "old-time", names, session)
        return try new.withBackup(session, readAgain: options.readsAgain, takesLogs: true) {
          named in
          let new = try named.at(moments.newTime, option: "new-time", names, session)
          return try compare(old, new, selected, session)
        }
      }
    }
  }

  private func compare(
    _ old: Backup, _ new: Backup, _ selected: RestoreSelection, _ session: Session
  ) throws -> ExitStatus {
    let syntax = options.rows.syntax(options.listFormat ?? .tsv, session)
    func format(_ backup: Backup) -> RecordListFormat? {
      let namesFiles = old.isSeveral || new.isSeveral
      return options.list ? .changes(syntax, files: namesFiles ? backup.names : nil) : nil
    }
    let formats = (old: format(old), new: format(new))
    let rows = formats.new.map { ListedRows($0) }
    let key = DigestKey.secret()
    var first = 0
    var whole: (old: BackupResult<ComparedKeys>, new: BackupResult<DiffSummary>)?
    var (changes, removed) = (nil as DiffSummary?, nil as DeletedSummary?)
    var statuses: [ExitStatus] = []
    // One pass, unless the index has a limit: then each pass compares the keys that the one before left out.
    while first < KeyIndex.partitions {
      let (index, indexed) = old.indexKeys(
        selected.onNames, key, from: first, limit: options.keyLimit)
      first = index.covered.upperBound
      if whole == nil { statuses.append(try session.concludeAll(indexed)) }
      if let failure = indexed.firstFailure { throw failure }
      var request = DiffRequest(selected, old: index)
      request.list = formats.new
      let found = try new.diff(request, into: rows?.output).orThrow()
      if whole == nil { statuses.append(try session.concludeAll(found)) }
      if let failure = found.firstFailure { throw failure }
      if whole == nil { whole = (indexed, found) }
      guard let own = found.merged else { return .failed }
      if own.comparison.found < index.count {
        request.list = formats.old
        let result = old.removedKeys(request, after: own.comparison, into: rows?.output)
        if let failure = result.firstFailure { throw failure }
        guard let more = result.merged else { return .failed }
        if removed == nil { removed = more } else { removed?.merge(more) }
      }
      if changes == nil { changes = own } else { changes?.add(pass: own) }
    }
    guard let whole, let changes, let oldKeys = whole.old.merged else { return .failed }
    let diff = DiffReport(
      old: .init(subject: whole.old.subject, keys: oldKeys, moment: old.moment),
      new: .init(subject: whole.new.subject, keys: changes.keys, moment: new.moment),
      changes: changes.comparison, removed: removed?.comparison,
      memory: options.memory ? try compareMemory(old, new, selected, session) : nil)
    try rows?.end(isEmpty: changes.rows + (removed?.rows ?? 0) == 0)
    if !options.list, !options.quiet { try session.console.write(diff.report, as: report.format) }
    // As in diff(1), 1 says that they differ, so damage cannot end with 1 too.
    guard statuses.allSatisfy({ $0 == .done }) else { return .failed }
    return diff.isEmpty ? .done : .finding
  }

  /// Measures both backups by one model, so that nothing but the keys differs.
  private func compareMemory(
    _ old: Backup, _ new: Backup, _ selected: RestoreSelection, _ session: Session
  ) throws -> MemoryGrowth {
    let chosen = try memory.model(for: new, session)
    var request = StatisticsRequest(chosen.model, now: selected.now)
    request.limits = chosen.limits
    let statistics = try [old, new].map { backup in
      let (result, statistics) = backup.statistics(selected, request)
      if let failure = result.firstFailure { throw failure }
      return statistics
    }
    return MemoryGrowth(
      old: statistics[0], new: statistics[1], model: chosen.model, prefixes: options.prefixes)
  }
}

extension Backup {
  /// The time of what the logs hold at their moments, if that is known.
  fileprivate var moment: UnixMilliseconds? { moments.compactMap(\.reference).max() }
}
