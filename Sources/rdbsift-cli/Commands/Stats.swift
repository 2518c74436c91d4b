import ArgumentParser
import Export
import Memory
import RDB
import RDBSift
import Restore
import Storage

/// Shows what fills the memory.
struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Show what fills the memory: prefixes, types, largest keys, expiries.",
    discussion: """
        rdbsift stats dump.rdb
        rdbsift stats dump.rdb --format html --output report.html
        rdbsift stats dump.rdb --what-if redis:8.2 --fail-if 'keys_without_ttl>10%'

      Memory is what MEMORY USAGE key SAMPLES 0 answers on a server that has just loaded the file. It \
      depends on the server's version and its allocator; --memory-model and --allocator name others. What \
      the command leaves out, such as the main dictionary, is a second figure.

      Prefixes end with a separator. Numbers, UUIDs and long hexadecimal parts of keys count as *. Each key \
      is in one prefix or among the others of its parent, so that the sums are exact.

      Exit status 0: done; 1: nothing was selected, or a condition of --fail-if holds.
      """)

  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Memory") var memory: MemoryOptions

  @Option(
    help: ArgumentHelp(
      """
      Compare with another server, other limits, or both: \
      redis:8.2,hash-max-listpack-entries=128.
      """, valueName: "server,limits"))
  var whatIf: WhatIf?

  @Option(help: ArgumentHelp("The bytes that separate parts of keys.", valueName: "characters"))
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
      Exit with status 1 if this holds: keys_without_ttl>10%, memory>=4G. Names: \
      \(StatisticsGuard.names). May be repeated.
      """, valueName: "condition"))
  var failIf: [StatisticsGuard] = []

  @Flag(help: "Write K1, K2, … instead of keys, prefixes and paths.")
  var maskKeys = false

  @Option(name: [.long, .customLong("as")], help: "text, json, markdown or html.")
  var format: StatisticsFormat = .text

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

  func run() throws {
    try Session.run(to: output) { session in
      let now = try clock.moment()
      let selected = try selection.selection(now: now)
      return try source.withBackup(session) { backup in
        let chosen = try memory.model(for: backup, session)
        let request = try request(chosen, now: now, session)
        let (result, statistics) = backup.statistics(selected, request)
        let report = StatisticsReport(
          statistics, try result.orThrow(), chosen,
          StatisticsReport.Options(masks: maskKeys, prefixes: prefixes, whatIf: whatIf?.text))
        try session.console.write(report, as: format)
        return try conclude(statistics, session.concludeAll(result), of: backup, selected, session)
      }
    }
  }

  private func request(
    _ chosen: ChosenModel, now: UnixMilliseconds, _ session: Session
  ) throws -> StatisticsRequest {
    var request = StatisticsRequest(chosen.model, now: now)
    request.limits = chosen.limits
    request.separators = Array(separator.utf8)
    request.depth = depth
    request.topCount = top
    request.prefixLimit = prefixLimit
    if let whatIf {
      let model = try whatIf.server.map { try memory.model(named: $0, "what-if", session) }
      request.whatIf = (model ?? chosen.model, whatIf.encodingLimits)
    }
    return request
  }

  private func conclude(
    _ statistics: Statistics, _ status: ExitStatus, of backup: Backup, _ selected: Selection,
    _ session: Session
  ) throws -> ExitStatus {
    let holding = failIf.filter { $0.holds(statistics) }
    for condition in holding {
      session.warn("\(condition.text) holds: \(condition.words(statistics))")
    }
    let status = holding.isEmpty ? status : ExitStatus.worst([status, .finding])
    return selection.status(status, afterKeys: statistics.total.keys, of: backup, selected, session)
  }
}

/// The formats of statistics.
enum StatisticsFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, markdown, html
}

extension Console {
  /// Writes statistics to standard output; throws `closedPipe` if its reader has gone.
  func write(_ report: StatisticsReport, as format: StatisticsFormat) throws(SystemError) {
    switch format {
    case .text: try write(TerminalRenderer(output).text(report.report))
    case .json: try write(json: .object(report.facts))
    case .markdown: try write(MarkdownRenderer().text(report.page))
    case .html: try write(PageRenderer().text(report.page))
    }
  }
}
