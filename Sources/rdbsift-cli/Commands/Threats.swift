import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// Searches a file for traces of intrusions and for secrets.
struct Threats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search keys, values, AUX fields and functions for intrusions and secrets.",
    discussion: """
        rdbsift threats dump.rdb
        rdbsift threats dump.rdb --only private-key --format json

      Rules describe what intruders leave in a Redis server (crontab lines, SSH keys, web shells, \
      executables, scripts that escape the sandbox) and secrets that should not be there (private keys, \
      tokens, passwords, card numbers). rdbsift rules lists them; --rules adds more. Secrets are masked \
      unless --reveal is given.

      A finding has the file offset of the match where its bytes are stored as they are; in packed values, \
      the offset of the value and the number of the element. Exit status 0: nothing was found; 1: \
      something was, or a rule hit its match limit.
      """, aliases: ["scan-threats"])

  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Rules") var signatures: SignatureOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions

  @Flag(help: "Show secrets unmasked.")
  var reveal = false

  @Option(
    help: ArgumentHelp(
      "Findings to show at most (default: 10000; 0: no limit). All are counted.", valueName: "n"))
  var findings = 10_000

  @Option(
    help: ArgumentHelp(
      "End with status 1 only for findings of this severity or higher: low, medium, high, critical.",
      valueName: "severity"))
  var failOn: SignatureRule.Severity?

  @Option(name: [.long, .customLong("as")], help: "text, tsv (a line per finding) or json.")
  var format: ThreatFormat = .text

  func validate() throws {
    if findings < 0 { throw ValidationError("--findings takes a number of findings, or 0 for all") }
  }

  func run() throws {
    try Session.run(to: output) { session in
      let request = ThreatRequest(
        try selection.selection(now: try clock.moment()),
        try SignatureOptions.compiled(try signatures.pack()),
        secrets: reveal ? nil : try SignatureOptions.compiled(try signatures.wholePack().secrets),
        limit: findings == 0 ? Int.max : findings)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { backup in
        let result = try backup.threats(request).orThrow()
        let found = result.readable.map {
          ThreatsReport(request.rules.rules, $0.result, backup.subject(of: $0))
        }
        let whole =
          backup.isSeveral
          ? Report.threats(found, fileCount: backup.files.count) : found[0].report
        try write(whole, rows: found, ofSeveral: backup.isSeveral, session.console)
        try reportFile.write(whole, backup)
        let status = session.conclude(result)
        guard status == .done, found.allSatisfy({ !fails(for: $0) }) else {
          return status == .done ? .finding : status
        }
        let keys = found.reduce(0) { $0 + $1.found.records }
        return selection.status(
          status, afterKeys: keys, of: backup, request.selection, session)
      }
    }
  }

  /// Whether what was found in a file makes the status 1.
  private func fails(for found: ThreatsReport) -> Bool {
    guard let failOn else { return !found.found.isEmpty }
    return found.found.undecidedCount > 0
      || zip(found.rules, found.found.counts).contains { rule, count in
        count > 0 && rule.severity >= failOn
      }
  }

  /// Writes what was found in the format that is asked for.
  private func write(
    _ whole: Report, rows: [ThreatsReport], ofSeveral: Bool, _ console: Console
  ) throws {
    switch format {
    case .text: try console.write(whole, as: .text)
    case .json: try console.write(whole, as: .json)
    case .tsv: try console.write(TSVRenderer().text(rows, ofSeveral: ofSeveral))
    }
  }
}
