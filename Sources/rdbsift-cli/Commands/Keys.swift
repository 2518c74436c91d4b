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
    abstract: "List keys, one per line, in file order or sorted.",
    discussion: """
        rdbsift keys dump.rdb --type hash,zset --size 1M..
        rdbsift keys dump.rdb --top 20
        rdbsift keys dump.rdb --sort expiry --columns key,type,expire_ms
        rdbsift keys dump.rdb --filter-key 'user:*' --match glob --format csv -o keys.csv

      The list is a table on a terminal, and tsv elsewhere; --format chooses tsv, csv, ndjson or json. \
      All of them keep keys exact: tsv escapes with backslashes; csv and JSON have key for keys that are \
      UTF-8, and key_b64 for others.

      Columns: file (of several), db, key, type, encoding, rdb_type, elements, record_bytes, offset (of \
      the record in the file), expire_ms, idle, freq, slot.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption
  @OptionGroup var list: KeyListOptions

  @Option(
    name: [.long, .customLong("as")],
    help: "tsv, csv, ndjson or json (default: a table on a terminal, tsv elsewhere).")
  var format: RowFormat?

  func run() throws {
    try Session.run(to: output) { session in
      let now = try clock.moment()
      let selected = try selection.selection(now: now)
      return try source.withBackup(session) { backup in
        if format == nil, session.console.output.isTerminal {
          let layout = KeyTableLayout(
            list.columns?.names, isSeveral: backup.isSeveral, session.console.output, now: now)
          return try write(backup, selected, session) { KeyTable(layout, file: $0) }
        }
        let format = format ?? .tsv
        guard list.columns != nil || list.order != nil else {
          return try list(backup, selected, format, session)
        }
        let columns = list.columns?.names ?? KeyColumn.usual(namingFiles: backup.isSeveral)
        return try write(backup, selected, session) {
          KeyRowWriter(format, columns, file: Array($0.utf8))
        }
      }
    }
  }

  /// Writes rows with the usual columns, in file order.
  private func list(
    _ backup: Backup, _ selected: Selection, _ format: RowFormat, _ session: Session
  ) throws -> ExitStatus {
    let titles = KeyListWriter(format, file: backup.isSeveral ? Array(backup.names[0].utf8) : nil)
    let output = RecordOutput.standardOutput(format.join)
    output.heading = { titles.begin(&$0) }
    let result = try backup.listKeys(selected, format, into: output).orThrow()
    return try conclude(result, rows: result.merged?.written ?? 0, output, session) {
      titles.end(&$0, isEmpty: $1)
    }
  }

  /// Writes rows of an encoder, sorted if that is asked for.
  private func write<Row: KeyRowEncoder>(
    _ backup: Backup, _ selected: Selection, _ session: Session,
    _ makeRow: @Sendable (String) -> Row
  ) throws -> ExitStatus {
    let names = backup.names
    let titles = makeRow(names[0])
    let output = RecordOutput.standardOutput(titles.separator.map { .separated($0) } ?? .plain)
    output.heading = { titles.begin(&$0) }
    guard let order = list.order else {
      let result = try backup.listKeys(selected, into: output) { makeRow(names[$0]) }.orThrow()
      return try conclude(result, rows: result.merged?.written ?? 0, output, session) {
        titles.end(&$0, isEmpty: $1)
      }
    }
    let sorter = RowSorter(
      order, top: list.top, folder: backup.options.opening.temporaryDirectory)
    let result = try backup.sortKeys(selected, sorter) { makeRow(names[$0]) }.orThrow()
    let rows = try sorter.write(into: output, separator: titles.separator)
    return try conclude(result, rows: rows, output, session) { titles.end(&$0, isEmpty: $1) }
  }

  /// Writes what follows the rows.
  /// - Returns: The status that follows.
  private func conclude<Summary>(
    _ result: BackupResult<Summary>, rows: UInt64, _ output: RecordOutput, _ session: Session,
    end: (inout OutputBuffer, Bool) -> Void
  ) throws -> ExitStatus {
    // A file that is no RDB file has no keys, and so no line of titles.
    if !result.readable.isEmpty {
      try output.end { end(&$0, rows == 0) }
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
