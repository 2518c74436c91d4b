import ArgumentParser
public import Export
import RDB
import RDBSift
import Restore
import Storage

extension RowFormat: ExpressibleByArgument {}

/// Lists keys.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List keys, one per line.",
    discussion: """
        rdbsift keys dump.rdb --type hash,zset --size 1M..
        rdbsift keys dump.rdb --filter-key 'user:*' --match glob --format csv -o keys.csv

      The list is a table on a terminal, and tsv elsewhere; --format chooses tsv, csv, ndjson or json. \
      All of them keep keys exact: tsv escapes with backslashes, csv has a column key_b64 for keys that \
      are not UTF-8, JSON writes such a key as {"b64":"..."}.

      Columns: db, key, type, encoding, rdb_type, elements, bytes (of the whole record), offset (of the \
      record in the file), expire_ms, idle, freq, slot.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption

  @Option(
    name: [.long, .customLong("as")],
    help: "tsv, csv, ndjson or json (default: a table on a terminal, tsv elsewhere).")
  var format: RowFormat?

  func run() throws {
    try Session.run(to: output) { session in
      let selected = try selection.selection(now: try clock.moment())
      return try source.withBackup(session) { backup in
        if format == nil, session.console.output.isTerminal {
          return try listTable(backup, selected, session)
        }
        return try list(backup, selected, format ?? .tsv, session)
      }
    }
  }

  private func list(
    _ backup: Backup, _ selected: Selection, _ format: RowFormat, _ session: Session
  ) throws -> ExitStatus {
    let titles = KeyListWriter(format, file: backup.isSeveral ? Array(backup.names[0].utf8) : nil)
    let output = RecordOutput.standardOutput(format.join)
    output.heading = { titles.begin(&$0) }
    let result = try backup.listKeys(selected, format, into: output).orThrow()
    return try conclude(result, output, session) { titles.end(&$0, isEmpty: $1) }
  }

  private func listTable(
    _ backup: Backup, _ selected: Selection, _ session: Session
  ) throws -> ExitStatus {
    let width = session.console.output.width ?? 80
    let names = backup.isSeveral ? backup.names : []
    let titles = names.isEmpty ? KeyTableWriter.titles : KeyTableWriter.titlesWithFile
    let heading = session.console.output.styled(titles, .bold) + "\n"
    let output = RecordOutput.standardOutput()
    output.heading = { for byte in heading.utf8 { $0.append(byte) } }
    let result = backup.write(SweepRequest("listing", selected), into: output) { file in
      KeyTableWriter(width: width, file: names.isEmpty ? nil : names[file])
    }
    return try conclude(try result.orThrow(), output, session) { _, _ in }
  }

  /// Writes what stands behind the rows; the status that follows.
  private func conclude(
    _ result: BackupResult<ExportSummary>, _ output: RecordOutput, _ session: Session,
    end: (inout OutputBuffer, Bool) -> Void
  ) throws -> ExitStatus {
    let rows = result.merged?.written ?? 0
    // A file that is no RDB file has no keys, and so no line of titles.
    if !result.readable.isEmpty {
      output.writeHeading()
      if let failure = output.failure { throw failure }
      try StandardStream.writeText { end(&$0, rows == 0) }
    }
    let status = try session.concludeAll(result)
    return rows == 0 ? .finding : status
  }
}

extension StandardStream {
  /// Writes to standard output what stands before or behind rows.
  static func writeText(_ body: (inout OutputBuffer) -> Void) throws {
    var buffer = OutputBuffer(capacity: 4096)
    body(&buffer)
    var stream = StandardStream.output
    try buffer.withBytes { (bytes) throws(SystemError) in try stream.write(bytes) }
  }
}

extension RecordOutput {
  /// An output that writes to standard output.
  static func standardOutput(_ join: Join = .plain) -> RecordOutput {
    RecordOutput(join) { (bytes) throws(SystemError) in
      var stream = StandardStream.output
      try stream.write(bytes)
    }
  }
}
