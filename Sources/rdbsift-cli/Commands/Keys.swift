public import ArgumentParser
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
      On a terminal the list is a table; elsewhere, or with --format, it is for machines: tsv, csv, \
      ndjson or json. Keys are exact in each of them: tsv escapes with backslashes, csv has a column \
      key_b64 for keys that are not UTF-8, JSON spells such a key {"b64":"..."}.

      Columns: db, key, type, encoding, rdb_type, elements, bytes (of the whole record), offset (of \
      the record in the file), expire_ms, idle, freq, slot.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var clock: NowOption

  @Option(help: "tsv, csv, ndjson or json.")
  var format: RowFormat?

  func run() throws {
    try Session.run { session in
      let selected = try selection.selection(now: try clock.moment())
      return try source.withBackup(session) { file in
        // What is no RDB file has no keys, and so no line of titles.
        try file.checkHeader()
        if format == nil, session.console.output.isTerminal {
          return try listTable(file, selected, session)
        }
        return try list(file, selected, format ?? .tsv)
      } set: {
        try list($0, selected)
      }
    }
  }

  private func list(
    _ file: OpenFile, _ selected: Selection, _ format: RowFormat
  ) throws -> ExitStatus {
    let writer = RowWriter(format)
    try StandardStream.writeText { writer.begin(&$0) }
    let result = try file.sweep(
      label: "listing", into: .standardOutput(ListingWorker.join(format))
    ) { () throws(JobFailure) in ListingWorker(selected, format) }
    let rows = result.summaries.reduce(0, +)
    try StandardStream.writeText { writer.end(&$0, isEmpty: rows == 0) }
    let status = try file.conclude(result)
    return rows == 0 ? .finding : status
  }

  private func listTable(
    _ file: OpenFile, _ selected: Selection, _ session: Session
  ) throws -> ExitStatus {
    let width = session.console.output.width ?? 80
    try session.console.write(
      line: session.console.output.styled(TableWorker.titles, .bold))
    let result = try file.sweep(label: "listing", into: .standardOutput()) {
      () throws(JobFailure) in TableWorker(selected, width: width)
    }
    let status = try file.conclude(result)
    return result.summaries.reduce(0, +) == 0 ? .finding : status
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

extension PartOutput {
  /// An output that writes to standard output.
  static func standardOutput(_ join: Join = .plain) -> PartOutput {
    PartOutput(join) { (bytes) throws(SystemError) in
      var stream = StandardStream.output
      try stream.write(bytes)
    }
  }
}
