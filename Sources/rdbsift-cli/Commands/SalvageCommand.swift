import AOF
import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// What is written of a damaged file.
struct SalvageOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      """
      Write the recovered records: resp, restore, rdb, json or ndjson as export does (JSON with a member \
      "confidence": sure, probable or partial), or list (the rows of keys --format tsv after a column \
      confidence).
      """, valueName: "format"))
  var format: SalvageFormat?

  @Option(
    name: [.short, .long, .customLong("out")],
    help: ArgumentHelp(
      "Write to FILE (default, or -: standard output). A file appears when it is complete.",
      valueName: "file"), completion: .file())
  var output: String?

  @Flag(
    help: """
      Also write the intact part of damaged or truncated lists, sets, hashes, sorted sets and streams, \
      marked partial. Commands leave them out unless --existing is given.
      """)
  var partial = false
}

/// Reads a damaged file to its end.
struct SalvageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "salvage",
    abstract: "Read a damaged file to its end and recover what is intact.",
    discussion: """
        rdbsift salvage dump.rdb
        rdbsift salvage dump.rdb --as rdb --output mended.rdb

      After damage, reading resumes at the next place where an intact record is followed by another. Every \
      gap is listed with its extent and its probable content. A record is sure if it was reached from the \
      start of the file or from a SELECTDB through intact records, with no damage within eight records; \
      all others are probable.

      Of an append-only log, the commands are applied past everything that is no command. A key is sure if \
      it was written wholly after the last gap, or if there is none; all others are probable. Where the base \
      is missing, only keys that commands write wholly are known. --as rdb reads the base only.

      The summary goes to standard error, the report (--format json) to standard output, and the records \
      (--as) to a file or standard output. Several files are reported one by one; --as takes a single file.

      Exit status: 0 nothing is lost; 1 something is lost; 2 the file cannot be read.
      """)

  @OptionGroup(title: "Output") var written: SalvageOptions
  @OptionGroup(title: "Output") var report: OnlyReportOptions
  @OptionGroup(title: "Output") var reportFile: ReportFileOptions
  @OptionGroup(title: "Input") var source: SourceOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Time") var clock: NowOption
  @OptionGroup(title: "Target") var target: TargetOptions

  func validate() throws {
    if written.format == nil, written.output != nil || written.partial {
      throw ValidationError("--output and --partial need --as, which says what to write")
    }
    try target.check(for: written.format?.type.traits)
    if let option = target.databaseOption, written.format?.type.traits.isCommands != true {
      throw ValidationError("\(option) requires --as resp or restore")
    }
  }

  func run() throws {
    try Session.run { session in
      let path = written.output.flatMap { OutputStream.isStandardOutput($0) ? nil : $0 }
      if path?.isEmpty ?? false { throw Misuse("--output takes a path; it is empty") }
      try checkOutput(path, session.console)
      try reportFile.check(output: path)
      let selected = try selection.selection(now: try clock.moment(), of: source)
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session, takesLogs: takesLogs) { backup in
        if written.format != nil, backup.entries.count > 1 {
          throw Misuse(
            "--as takes a single file; salvage each damaged file by itself")
        }
        return try salvage(backup, selected, to: path, session)
      }
    }
  }

  /// Whether the commands of logs are applied: an RDB file is made of what is left of RDB files.
  private var takesLogs: Bool { written.format?.type.traits.countsFirst != true }

  /// Standard output takes one thing, and a terminal no bytes.
  private func checkOutput(_ path: String?, _ console: Console) throws {
    guard let format = written.format, path == nil else { return }
    if report.format == .json {
      throw Misuse(
        "standard output cannot take both records and report: use --output FILE with --format json")
    }
    if console.output.isTerminal { try format.type.traits.refuseTerminal() }
  }

  /// What was found in a file, and the status of what was written of it.
  private struct Salvaged: Sendable {
    var report: Report
    /// The header of an RDB file.
    var header: RDBHeader?
    var written = ExitStatus.done
    var remarks: [InputRemark] = []
    var interruption: InputError?
    var tail: FileTail?
  }

  private func salvage(
    _ backup: Backup, _ selected: RestoreSelection, to path: String?, _ session: Session
  ) throws -> ExitStatus {
    let (logs, rest) =
      takesLogs ? try salvageLogs(backup, selected, to: path, session) : ([], backup)
    let outcomes = rest.eachFile("salvaging") { _, file, options in
      try salvage(file, options, selected, to: path, backup, session)
    }
    if !backup.isSeveral, let only = outcomes.first { _ = try only.value.get() }
    var statuses = logs.flatMap { [$0.report.status, $0.written] }
    var reports = logs.map(\.report)
    for outcome in outcomes {
      do {
        let found = try outcome.value.get()
        reports.append(found.report)
        statuses += [found.report.status, found.written]
        statuses.append(
          session.concludeContainers(outcome, found.remarks, found.interruption))
        if let header = found.header { session.warn(ofNewer: header, outcome.file.name) }
        session.warn(of: found.tail, outcome.file)
      } catch {
        statuses.append(session.report(failure: error))
      }
    }
    if report.format == .text {
      for found in reports {
        session.console.tell(TerminalRenderer(session.console.output).text(found))
      }
    }
    let whole = backup.isSeveral ? Report("salvage", files: reports) : reports[0]
    try reportFile.write(whole, backup)
    if report.format == .json { try session.console.write(whole, as: .json) }
    return ExitStatus.worst(statuses)
  }

  /// Salvages the logs whose commands can be applied.
  /// - Returns: What was found, and the backup that is left: files, and logs that are RDB files only.
  private func salvageLogs(
    _ backup: Backup, _ selected: RestoreSelection, to path: String?, _ session: Session
  ) throws -> ([Salvaged], rest: Backup) {
    var found: [Salvaged] = []
    var rest: [Backup.Entry] = []
    for entry in backup.entries {
      guard case .log(let log) = entry else {
        rest.append(entry)
        continue
      }
      switch try log.salvage(selected.filter, backup.options.opening) {
      case .state(let salvaged):
        found.append(try salvage(salvaged, selected, to: path, backup, session))
      case .noCommands: rest.append(entry)
      case .damagedBase:
        session.warn(
          "\(Messages.spelled(log.name)): its RDB part \(Messages.spelled(log.parts[0].name)) is "
            + "damaged: that is salvaged, without the commands after it")
        rest.append(entry)
      }
    }
    return (found, backup.only(rest))
  }

  private func salvage(
    _ log: SalvagedLog, _ selected: RestoreSelection, to path: String?, _ backup: Backup,
    _ session: Session
  ) throws -> Salvaged {
    try log.withFile(backup.options.opening) { file, found in
      var written = ExitStatus.done
      if let format = self.written.format {
        (written, _) = try export(file, found, format.type, selected, to: path, backup, session)
      }
      let status = session.conclude(log.state.overlay, log.log)
      let report = LogSalvageReport(
        log: log, found: found, subject: backup.subject(of: log.log)
      ).report
      return Salvaged(report: report, written: ExitStatus.worst([written, status]))
    }
  }

  private func salvage(
    _ file: OpenFile, _ options: SweepOptions, _ selected: RestoreSelection, to path: String?,
    _ backup: Backup, _ session: Session
  ) throws -> Salvaged {
    let found = try file.withBytes { SalvagedFile($0, options) }
    // Where nothing was read, it is not a damaged file but another one.
    if !found.map.isHeaderSound, found.records == 0 {
      try file.failing { source throws(JobFailure) in try source.checkHeader() }
    }
    var written = ExitStatus.done
    var partialCount = 0
    if let format = self.written.format {
      (written, partialCount) = try export(
        file, found, format.type, selected, to: path, backup, session)
    }
    var subject = backup.subject(of: file.file)
    subject.size = found.fileSize
    let report = try file.withBytes {
      SalvageReport(found: found, partial: partialCount, subject: subject).report(in: $0)
    }
    return Salvaged(
      report: report, header: found.map.header, written: written,
      remarks: file.source.remarks + file.source.textDamage(isDamaged: !found.isSound),
      interruption: file.source.interruption, tail: found.tail)
  }

  /// Leaves partial values out of commands, which would replace a whole value by a part of it.
  private func leaveOutPartial(of export: inout SalvageExport, _ session: Session) {
    let count = export.leaveOutPartial()
    guard count > 0 else { return }
    session.warn(
      "\(Formatting.count(UInt64(count), "partial value", "partial values")) not written: commands "
        + "would replace a whole value by a part of it; to write them, add --existing merge, "
        + "replace, skip or fail")
  }

  /// Writes what was read; the status that follows, and how many collections were written in part.
  private func export<Format: RecordFormat>(
    _ file: OpenFile, _ found: SalvagedFile, _ type: Format.Type, _ selected: RestoreSelection,
    to path: String?, _ backup: Backup, _ session: Session
  ) throws -> (ExitStatus, partial: Int) {
    var request = ExportRequest(selected)
    request.mapping.databases = target.databases
    target.apply(to: &request)
    var export = try SalvageExport(file, found, request, takesPartial: written.partial)
    if Format.traits.isCommands, target.existing == nil { leaveOutPartial(of: &export, session) }
    let report = ExportReport(session: session)
    let collisions = try export.prepare(as: type)
    guard collisions.keys.isEmpty, !collisions.isTruncated else {
      report.report(.coincidingKeys(collisions), backup)
      return (.failed, export.partialCount)
    }
    let target = try OutputTarget(
      path, inputs: backup.identities, checksum: Format.traits.countsFirst)
    let (summary, notes) = try export.write(as: type, to: target)
    report.reportLosses(notes)
    report.reportModules([notes])
    report.reportLeftOut(summary.detail)
    report.reportReplaced(libraries: summary.detail.functionsReplaced)
    var parts = ["wrote \(Formatting.count(summary.written, "key", "keys"))"]
    let functions = summary.detail.functions
    if functions > 0 {
      parts.append(Formatting.count(functions, "function library", "function libraries"))
    }
    session.console.tell(line: parts.joined(separator: ", "))
    try target.commit()
    let status = summary.detail.functionsReplaced > 0 ? ExitStatus.finding : .done
    return (report.status(summary, { notes.count($0) }, status), export.partialCount)
  }
}
