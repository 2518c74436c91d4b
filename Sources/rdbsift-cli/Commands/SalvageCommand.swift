import ArgumentParser
import Export
import RDB
import RDBSift
import Restore
import Storage

/// What is written of what was salvaged.
enum SalvageFormat: String, CaseIterable, ExpressibleByArgument {
  case resp
  case restore
  case rdb
  case json
  case ndjson
  case list
}

/// Reads a damaged file to its end.
struct SalvageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "salvage",
    abstract: "Read a damaged file to its end, and export what is whole.",
    discussion: """
      After damage, reading goes on at the next place where a record is whole to its last byte and \
      another follows. Every gap is listed with its extent and what it probably held. A record is \
      sure if it was reached from the file's beginning or from a SELECTDB by whole records, with no \
      damage within eight records; any other is probable.

      The summary goes to standard error, with --format json a report to standard output, and with \
      --as what was read to a file or standard output. Of several files each is told by itself, and \
      --as takes one. Exit status 0: nothing is lost; 1: something is; 2: not a file that can be read.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      """
      What to write of what was read: resp, restore, rdb, json or ndjson as export does (a member \
      "trust" says sure, probable or partial), or list (the columns of keys --format tsv behind a \
      column trust).
      """, valueName: "format"))
  var format: SalvageFormat?

  @Option(
    name: [.short, .long, .customLong("out")],
    help: ArgumentHelp("Where to; standard output without it, or with -.", valueName: "file"))
  var output: String?

  @Flag(
    help: """
      Also export what is whole of lists, sets, hashes, sorted sets and streams that are damaged or \
      cut. They are marked partial.
      """)
  var partial = false

  @OptionGroup var target: TargetOptions
  @OptionGroup var reportFile: ReportFileOptions
  @OptionGroup var report: ReportOptions

  func validate() throws {
    if format == nil, output != nil || partial {
      throw ValidationError("--output and --partial need --as, which says what to write")
    }
    let option = target.commandOption ?? target.databaseOption
    if let other = option, format != .resp, format != .restore {
      throw ValidationError("\(other) goes with --as resp or restore")
    }
  }

  func run() throws {
    try Session.run { session in
      let path = output == "-" ? nil : output
      if path?.isEmpty ?? false { throw Misuse("--output takes a path; it is empty") }
      if format != nil, path == nil {
        if report.format == .json {
          throw Misuse("standard output takes one thing: use --output FILE beside --format json")
        }
        if format == .rdb, session.console.output.isTerminal {
          throw Misuse("an RDB file is not for a terminal; use --output FILE")
        }
      }
      let selected = try selection.selection(now: try clock.moment())
      try reportFile.expectMoment(clock, for: selection)
      return try reportFile.summing(source).withBackup(session) { file in
        try file.withBytesAndContainers { bytes in
          try salvage(file, bytes, selected, to: path)
        }
      } set: {
        try salvage($0)
      }
    }
  }

  private func salvage(
    _ file: OpenFile, _ bytes: RawSpan, _ selected: Selection, to path: String?
  ) throws -> ExitStatus {
    let found = try self.found(in: bytes, of: file)
    let export = SalvageExport(found: found, selection: selected, takesPartial: partial)
    var written = ExitStatus.done
    if let format {
      guard try export.checkDatabases(target.databases, bytes, file) else { return .failed }
      let target = try ExportTarget(
        path, inputs: [file.identity], checksum: format == .rdb)
      written = try export.write(format, self.target, to: target, bytes, file, file.session)
      try target.commit()
    }
    let screen = SalvageScreen(file: file, found: found, partial: export.partial(bytes).count)
    try reportFile.write(screen.json(bytes), command: "salvage", file)
    let status = try screen.tell(bytes, as: report.format)
    return status == .done ? written : status
  }

  /// What is whole of a file.
  func found(in bytes: RawSpan, of file: OpenFile) throws -> SalvagedFile {
    let found = try file.run(bytes, label: "salvaging") { (options) throws(JobFailure) in
      SalvagedFile(bytes, options)
    }
    // Where nothing was read, it is not a damaged file but another one.
    if !found.map.isHeaderSound, found.records == 0 { try file.checkHeader() }
    return found
  }
}

/// What was salvaged, on its way out.
struct SalvageExport {
  let found: SalvagedFile
  let selection: Selection
  let takesPartial: Bool

  /// What is whole of damaged collections, by gap.
  func partial(_ bytes: RawSpan) -> [Int: PartialRecord] {
    guard takesPartial else { return [:] }
    var records: [Int: PartialRecord] = [:]
    for (index, gap) in found.map.gaps.enumerated() {
      records[index] = PartialRecord(gap, in: bytes, found.map.header)
    }
    return records
  }

  /// Looks for keys that databases which become one both have; whether there are none.
  func checkDatabases(
    _ databases: DatabaseMap, _ bytes: RawSpan, _ file: OpenFile
  ) throws -> Bool {
    guard databases.mayMerge else { return true }
    let partial = partial(bytes)
    let search = CollisionSearch(selection, Relocation(databases: databases), threads: 1)
    do throws(JobFailure) {
      let collisions = try search.collisions { makeWorker throws(JobFailure) in
        [
          try sweep(found, in: bytes, partial: partial, into: PartOutput { _ in }, makeWorker())
            .summary
        ]
      } read: { makeWorker throws(JobFailure) in
        [
          try sweep(found, in: bytes, partial: partial, into: PartOutput { _ in }, makeWorker())
            .summary
        ]
      }
      return file.session.tell(collisions, in: file.path)
    } catch {
      throw FileFailure(failure: error, path: file.path)
    }
  }

  /// Writes what is asked for; a finding where that is nothing, or not all of it could be written.
  func write(
    _ format: SalvageFormat, _ options: TargetOptions, to target: ExportTarget,
    _ bytes: RawSpan, _ file: OpenFile, _ session: Session
  ) throws -> ExitStatus {
    let keys: UInt64
    var status = ExitStatus.done
    do throws(JobFailure) {
      switch format {
      case .resp, .restore:
        let form: CommandExporter.Form = format == .resp ? .commands : .payloads
        (keys, status) = try writeCommands(options.options(form), target, bytes, file, session)
      case .rdb: keys = try writeRDB(target, bytes)
      case .json: keys = try writeValues(isArray: true, target, bytes)
      case .ndjson: keys = try writeValues(isArray: false, target, bytes)
      case .list: keys = try writeList(target, bytes)
      }
    } catch {
      throw FileFailure(failure: error, path: file.path)
    }
    session.console.tell(line: "wrote \(HumanText.count(keys, "key", "keys"))")
    return keys == 0 ? .finding : status
  }

  private func writeCommands(
    _ options: CommandExporter.Options, _ target: ExportTarget, _ bytes: RawSpan,
    _ file: OpenFile, _ session: Session
  ) throws(JobFailure) -> (keys: UInt64, status: ExitStatus) {
    let swept = try sweep(
      found, in: bytes, partial: partial(bytes), into: target.parts(),
      ExtractionWorker(selection, options: options))
    let report = ExportReport(session: session, now: selection.now)
    report.tellLosses(swept.notes)
    let status = report.status(swept.summary, { swept.notes.count($0) }, .done)
    return (swept.summary.written, status)
  }

  /// The file is gone through twice: a database's keys are counted before they are written.
  private func writeRDB(
    _ target: ExportTarget, _ bytes: RawSpan
  ) throws(JobFailure) -> UInt64 {
    let partial = partial(bytes)
    let counted = try sweep(
      found, in: bytes, partial: partial, into: PartOutput { _ in },
      FilteredCountWorker(selection))
    let writer = RDBWriter(found.map.header)
    try write(target) { writer.begin(&$0) }
    let swept = try sweep(
      found, in: bytes, partial: partial, into: target.parts(),
      FilteredFileWorker(selection, writer, counts: counted.summary))
    try write(target) { [checksum = target.checksum] in writer.end(checksum: checksum, to: &$0) }
    return swept.summary.written
  }

  private func writeValues(
    isArray: Bool, _ target: ExportTarget, _ bytes: RawSpan
  ) throws(JobFailure) -> UInt64 {
    let rows = RowWriter(.json)
    if isArray { try write(target) { rows.begin(&$0) } }
    let swept = try sweep(
      found, in: bytes, partial: partial(bytes), into: target.parts(),
      ValueListingWorker(selection, isArray: isArray)
    ) { $0.trust = $1 }
    let written = swept.summary.extraction.written
    if isArray { try write(target) { rows.end(&$0, isEmpty: written == 0) } }
    return written
  }

  private func writeList(
    _ target: ExportTarget, _ bytes: RawSpan
  ) throws(JobFailure) -> UInt64 {
    var worker = TrustListingWorker(selection)
    worker.begin()
    let swept = try sweep(
      found, in: bytes, partial: partial(bytes), into: target.parts(), worker
    ) { $0.trust = $1 }
    return UInt64(swept.summary)
  }

  private func write(
    _ target: ExportTarget, _ body: (inout OutputBuffer) -> Void
  ) throws(JobFailure) {
    do throws(SystemError) { try target.write(body) } catch { throw .system(error) }
  }
}
