import ArgumentParser
import RDB
import RDBSift
import Restore
import Storage

/// Searches a file for traces of intrusions and for secrets.
struct Threats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search keys, values, AUX fields and functions for traces of intrusions and secrets.",
    discussion: """
      Rules describe what intruders leave in a Redis server (crontab lines, SSH keys, web shells, \
      programs, scripts that leave the sandbox) and secrets that should not be there (private keys, \
      tokens, passwords, card numbers). rdbsift rules lists them; --rules adds some. Secrets are \
      masked wherever they would be shown.

      A finding has the file's offset of the match where its bytes stand in the file as they are; \
      in packed values, that of the value, and the element's number. Exit status 0: nothing was \
      found; 1: something was, or a rule gave up on a text.
      """, aliases: ["scan-threats"])

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption
  @OptionGroup var signatures: SignatureOptions
  @OptionGroup var reportFile: ReportFileOptions

  @Flag(help: "Show secrets as they are.")
  var reveal = false

  @Option(
    help: ArgumentHelp("Findings to show at most; all are counted. 0 for all.", valueName: "n"))
  var findings = 10_000

  @Option(help: "text, tsv (a line per finding) or json.")
  var format: ThreatFormat = .text

  func validate() throws {
    if findings < 0 { throw ValidationError("--findings takes a number of findings, or 0 for all") }
  }

  func run() throws {
    try Session.run { session in
      let search = Search(
        selected: try selection.selection(now: try clock.moment()),
        rules: try SignatureOptions.compiled(try signatures.pack()),
        secrets: reveal ? nil : try SignatureOptions.compiled(try signatures.wholePack().secrets),
        limit: findings == 0 ? Int.max : findings)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { file in
        // What is no RDB file is refused as such.
        try file.checkHeader()
        let result = try file.sweep(label: "searching", into: PartOutput { _ in }) {
          () throws(JobFailure) in search.worker(search.selected)
        }
        let screen = search.screen(session, file, result)
        try screen.write(as: format)
        try reportFile.write(screen.json(), command: "threats", file)
        let status = try file.conclude(result)
        guard screen.found.isEmpty else { return .finding }
        return selection.status(status, afterKeys: screen.found.records, session)
      } set: {
        try threats($0, search)
      }
    }
  }

  /// What is searched for, and where.
  struct Search: Sendable {
    let selected: Selection
    let rules: CompiledSignatures
    let secrets: CompiledSignatures?
    /// Findings that are kept.
    let limit: Int

    /// A worker for one thread.
    func worker(_ selection: Selection) -> ThreatWorker {
      ThreatWorker(selection, rules, secrets: secrets, limit: limit)
    }

    /// What is shown of a file that was searched.
    func screen(
      _ session: Session, _ file: OpenFile, _ result: SweepResult<ThreatSummary>
    ) -> ThreatScreen {
      var found = ThreatSummary(ruleCount: rules.rules.count, limit: limit)
      for other in result.summaries { found.merge(other) }
      found.searchWhole(rules, fileName: Array((file.path.split(separator: "/").last ?? "").utf8))
      return ThreatScreen(
        console: session.console, file: file, rules: rules.rules, found: found,
        dialect: result.facts.dialect, failure: result.failure)
    }
  }
}

extension ThreatSummary {
  /// Whether nothing was found, and every rule came to an end.
  var isEmpty: Bool { total == 0 && undecidedCount == 0 }
}
