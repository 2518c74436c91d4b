import ArgumentParser
import Export
import Memory
import RDB
import RDBSift
import Restore
import Storage

/// What is counted and shown.
struct StatisticsOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("as")],
    help: "The format of the report; html: one page, with pictures; data: what --merge reads.")
  var format: StatisticsFormat = .text

  @Option(
    help: ArgumentHelp(
      """
      Compare with another server, other limits, or both: \
      redis:8.2,hash-max-listpack-entries=128.
      """, valueName: "server,limits"))
  var whatIf: WhatIf?

  @Option(
    help: ArgumentHelp("The characters that separate the parts of a key.", valueName: "characters"))
  var separator = ":;,_-+@=|#"

  @Option(help: ArgumentHelp("Levels of the prefix tree, 0 to 16.", valueName: "n"))
  var depth = 3

  @Option(help: ArgumentHelp("Rows in each list of keys, 0 to 1000.", valueName: "n"))
  var top = 20

  @Option(help: ArgumentHelp("Prefixes to list, 0 to 1000.", valueName: "n"))
  var prefixes = 40

  @Option(help: ArgumentHelp("Prefixes to keep while counting.", valueName: "n"))
  var prefixLimit = 65_536

  @Option(
    help: ArgumentHelp(
      """
      End with status 1 if this is true, such as 'keys_without_ttl>10%' or 'memory>=4G'. Names: \
      \(StatisticsQuantity.allNames). May be repeated.
      """, valueName: "condition"), transform: { try StatisticsCondition($0) })
  var failIf: [StatisticsCondition] = []

  @Flag(
    help: """
      Add up files that --format data has written of other files, or of all ranges of one, instead of \
      reading a backup.
      """)
  var merge = false

  @Flag(help: "Replace keys, prefixes and paths by K1, K2, …")
  var maskKeys = false

  @Flag(help: "Also count what threats finds: traces of intrusions, and secrets.")
  var withThreats = false

  func validate() throws {
    if !(0...16).contains(depth) { throw ValidationError("--depth takes a number from 0 to 16") }
    if !(0...1000).contains(top) { throw ValidationError("--top takes a number from 0 to 1000") }
    if !(0...1000).contains(prefixes) {
      throw ValidationError("--prefixes takes a number from 0 to 1000")
    }
    if !(16...1_000_000).contains(prefixLimit) {
      throw ValidationError("--prefix-limit takes a number from 16 to 1000000")
    }
  }
}

/// Shows what fills the memory.
struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Show what fills the memory: prefixes, types, largest keys, expiries.",
    discussion: """
        rdbsift stats dump.rdb
        rdbsift stats dump.rdb --format html --output report.html

      Memory is what MEMORY USAGE key SAMPLES 0 answers on a server that has just loaded the file. It \
      depends on the version and the allocator of the server (--memory-model, --allocator). What that \
      command does not count, such as the main dictionary, is a separate figure.

      Prefixes end with a separator. Numbers, UUIDs and long hexadecimal parts of keys count as *. Each key \
      counts for one prefix or for the others of its parent, so the sums are exact.

      Exit status: 0 done; 1 nothing was selected, or a condition of --fail-if is true; 2 failed.
      """)

  @OptionGroup(title: "Statistics") var options: StatisticsOptions
  @OptionGroup(title: "Memory") var memory: MemoryOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var part: RangeOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions

  func run() throws {
    try Session.run(to: output) { session in
      if options.merge { return try merged(session) }
      try checkReport()
      let now = try clock.moment()
      var source = source
      let range = try part.line(
        &source, without: [("--limit", selection.measures.keyLimit != nil)])
      try source.refuseSharedInput(with: part.readers + selection.readers)
      let selected = try selection.selection(now: now, of: source)
      return try reportFile.summing(source).withBackup(session) { named in
        let backup = try part.backup(named, range)
        if options.format == .data { try checkData(of: backup) }
        let chosen = try memory.model(for: backup, session)
        let request = try request(chosen, now: now, session)
        let (result, statistics) = backup.statistics(selected, request)
        let report = StatisticsReport(
          statistics, try result.orThrow(), chosen,
          StatisticsReport.Options(
            masks: options.maskKeys, prefixes: options.prefixes, whatIf: options.whatIf?.text,
            threats: options.withThreats ? try threats(backup, selected) : nil))
        try session.console.write(report, as: options.format)
        try reportFile.write(report.data, backup)
        return try conclude(statistics, session.concludeAll(result), of: backup, selected, session)
      }
    }
  }

  /// Refuses reports that say what is masked, or that another moment would change.
  private func checkReport() throws {
    guard reportFile.report != nil else { return }
    if options.maskKeys {
      throw Misuse("--report names the input and the arguments; it goes without --mask-keys")
    }
    if clock.now == nil {
      throw Misuse("stats --report needs --now, so that it is the same at any time")
    }
  }

  /// Adds up the counts that other processes have made.
  private func merged(_ session: Session) throws -> ExitStatus {
    let others = [
      ("--range", part.range != nil), ("filters", !selection.isEmpty), ("--now", clock.now != nil),
      ("--memory-model", memory.memoryModel != nil), ("--what-if", options.whatIf != nil),
      ("--with-threats", options.withThreats), ("--report", reportFile.report != nil),
      ("--format data", options.format == .data),
    ]
    for (name, isGiven) in others where isGiven {
      throw Misuse("--merge adds up counts as they were made; it does not go with \(name)")
    }
    let merged = try MergedStatistics(source.files)
    let report = StatisticsReport(
      merged,
      .init(masks: options.maskKeys, prefixes: options.prefixes, whatIf: nil, threats: nil))
    try session.console.write(report, as: options.format)
    return holds(merged.statistics, session) ? .finding : .done
  }

  /// Refuses what counts that are added up do not have.
  private func checkData(of backup: Backup) throws {
    let others = [
      ("several files", backup.isSeveral), ("--what-if", options.whatIf != nil),
      ("--with-threats", options.withThreats), ("--mask-keys", options.maskKeys),
    ]
    for (name, isGiven) in others where isGiven {
      throw Misuse("--format data is for one file or range; it does not go with \(name)")
    }
  }

  /// What `threats` finds in the selected keys.
  private func threats(_ backup: Backup, _ selected: RestoreSelection) throws -> ThreatCounts {
    let rules = try SignatureOptions.compiled(.builtIn)
    let request = ThreatRequest(selected, rules, secrets: nil, limit: 0)
    return ThreatCounts(try backup.threats(request).orThrow(), rules.rules)
  }

  private func request(
    _ chosen: ChosenModel, now: UnixMilliseconds, _ session: Session
  ) throws -> StatisticsRequest {
    var request = StatisticsRequest(chosen.model, now: now)
    request.limits = chosen.limits
    request.separators = Array(options.separator.utf8)
    request.depth = options.depth
    request.topCount = options.top
    request.prefixLimit = options.prefixLimit
    if let whatIf = options.whatIf {
      let model = try whatIf.server.map { try memory.model(named: $0, "what-if", session) }
      request.whatIf = (model ?? chosen.model, whatIf.encodingLimits)
    }
    return request
  }

  private func conclude(
    _ statistics: Statistics, _ status: ExitStatus, of backup: Backup, _ selected: RestoreSelection,
    _ session: Session
  ) throws -> ExitStatus {
    let holds = holds(statistics, session)
    let status = holds ? ExitStatus.worst([status, .finding]) : status
    return selection.status(status, afterKeys: statistics.total.keys, of: backup, selected, session)
  }
}

extension Stats {
  /// Whether a condition of `--fail-if` holds, which is reported.
  private func holds(_ statistics: Statistics, _ session: Session) -> Bool {
    let holding = options.failIf.filter { $0.holds(statistics) }
    for condition in holding {
      session.warn("\(condition.text) holds: \(condition.words(statistics))")
    }
    return !holding.isEmpty
  }
}

/// The formats of statistics.
enum StatisticsFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, markdown, html, data
}

extension Console {
  /// Writes statistics to standard output; throws `closedPipe` if its reader has gone.
  func write(_ report: StatisticsReport, as format: StatisticsFormat) throws {
    switch format {
    case .text: try write(TerminalRenderer(output).text(report.report))
    case .json: try write(json: .object(report.data.document))
    case .markdown: try write(MarkdownRenderer().text(report.page))
    case .data: try StatisticsPart(report, report.range).write(self)
    case .html: try write(PageRenderer().text(report.page))
    }
  }
}
