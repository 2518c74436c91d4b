import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// Which findings are shown, and how.
struct ThreatOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("as")], help: "The format of the findings; tsv: a line per finding.")
  var format: ThreatFormat = .text

  @OptionGroup var rows: RowOptions

  @Option(
    help: ArgumentHelp(
      "End with status 1 only for findings of this severity or higher.", valueName: "severity"))
  var failOn: SignatureRule.Severity?

  @Flag(help: "Show secrets unmasked.")
  var reveal = false

  @Option(
    help: ArgumentHelp("Findings to show at most; 0: no limit. All are counted.", valueName: "n"))
  var findings = 10_000

  func validate() throws {
    try rows.check(format == .tsv ? .tsv : nil)
    if findings < 0 { throw ValidationError("--findings takes a number of findings, or 0 for all") }
  }

  /// The greatest number of findings.
  var limit: Int { findings == 0 ? .max : findings }
}

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

      A finding gives the file offset of the match or, inside a packed value, the offset of the value and \
      the index of the element.

      Exit status: 0 nothing found; 1 findings, or a rule exceeded its match limit; 2 failed.
      """, aliases: ["scan-threats"])

  @OptionGroup(title: "Findings") var options: ThreatOptions
  @OptionGroup(title: "Findings") var signatures: SignatureOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions

  func run() throws {
    try Session.run(to: output) { session in
      let request = ThreatRequest(
        try selection.selection(now: try clock.moment(), of: source),
        try SignatureOptions.compiled(try signatures.pack()),
        secrets: options.reveal
          ? nil : try SignatureOptions.compiled(try signatures.wholePack().secrets),
        limit: options.limit)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { backup in
        let result = try backup.threats(request).orThrow()
        let found = result.readable.map {
          ThreatsReport(request.rules.rules, $0.result, backup.subject(of: $0))
        }
        let whole =
          backup.isSeveral
          ? Report.threats(found, fileCount: backup.files.count) : found[0].report
        try write(whole, rows: found, ofSeveral: backup.isSeveral, session)
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
    guard let failOn = options.failOn else { return !found.found.isEmpty }
    return found.found.undecidedCount > 0
      || zip(found.rules, found.found.counts).contains { rule, count in
        count > 0 && rule.severity >= failOn
      }
  }

  /// Writes what was found in the format that is asked for.
  private func write(
    _ whole: Report, rows: [ThreatsReport], ofSeveral: Bool, _ session: Session
  ) throws {
    let console = session.console
    switch options.format {
    case .text: try console.write(whole, as: .text)
    case .json: try console.write(whole, as: .json)
    case .tsv:
      try console.write(
        TSVRenderer(syntax: options.rows.syntax(.tsv, session)).text(rows, ofSeveral: ofSeveral))
    }
  }
}
