// One row of `history --events`: what happened, and how to go back to the moment before it.

import AOF
import Export
import RDB
import RDBSift

/// An event of a log.
struct EventRow {
  let event: LogEvent
  let log: LogSource

  init(_ event: LogEvent, _ log: LogSource) {
    self.event = event
    self.log = log
  }

  private var file: String {
    let file = Int(event.position.file)
    return log.parts.indices.contains(file) ? log.parts[file].name : log.name
  }

  private var keys: Int { event.keys.values.reduce(0, +) }

  private var kind: String {
    switch event.kind {
    case .flushAll: "FLUSHALL"
    case .flushDB(let database): "FLUSHDB \(database)"
    case .swapDB(let a, let b): "SWAPDB \(a) \(b)"
    case .deletions: "deletions"
    case .expiries: "expirations"
    case .overwrites: "overwrites with another type"
    case .anything: "a command that may have changed any key"
    }
  }

  /// The command that previews a restore to the last second before the event; nil if there is none.
  private var preview: String? {
    event.lastGoodSecond.map { "\(start) --restore-time \(EventRow.vendorTime($0))" }
  }

  /// The command that previews the state just before the event.
  private var cut: String {
    "\(start) --cut \(LogText.place(event.position.offset, Int(event.position.file), log))"
  }

  private var start: String { "rdbsift preview \(LogText.words(log.input))\(filter)" }

  /// The option that selects the keys of a burst by what their names begin with.
  private var filter: String {
    let text = String(validating: event.commonPrefix, as: UTF8.self) ?? ""
    let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard !text.isEmpty, isPlain else { return "" }
    let special = "\\^$.|?*+()[]{}"
    let escaped = text.map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
    return " --key-regex \(ShellWord.quoted((escaped + ".*").utf8))"
  }

  private static func vendorTime(_ second: Int64) -> String {
    String(LogText.second(second).map { $0 == " " ? "T" : $0 })
  }

  // MARK: Rows

  private static let columns: [RowFields.Column] = [
    .init("event"), .init("from_ms"), .init("to_ms"), .init("log"), .init("file"),
    .init("offset"), .init("keys"), .init("prefix", hasBytes: true), .init("last_good_ms"),
    .init("commands_before"), .init("preview"), .init("cut"),
  ]

  private func append(_ syntax: RowSyntax, to output: inout OutputBuffer) {
    func milliseconds(_ second: Int64?) -> Int64? {
      second.map { $0.multipliedReportingOverflow(by: 1000).partialValue }
    }
    var columns = RowColumns(syntax)
    columns.column("event", Array(kind.utf8), &output)
    columns.column("from_ms", milliseconds(event.from), &output)
    columns.column("to_ms", milliseconds(event.to), &output)
    columns.column("log", Array(log.name.utf8), &output)
    columns.column("file", Array(file.utf8), &output)
    columns.column("offset", Int64(event.position.offset), &output)
    columns.column("keys", Int64(keys), &output)
    columns.column(
      "prefix", bytes: event.commonPrefix.isEmpty ? nil : event.commonPrefix, &output)
    columns.column("last_good_ms", milliseconds(event.lastGoodSecond), &output)
    columns.column("commands_before", Int64(event.commandsBefore), &output)
    columns.column("preview", preview.map { Array($0.utf8) }, &output)
    columns.column("cut", Array(cut.utf8), &output)
    columns.endRow(&output)
  }

  /// All rows in one of the row formats.
  static func write(_ rows: [EventRow], as syntax: RowSyntax, to output: inout OutputBuffer) {
    RowColumns(syntax).begin(columns, &output)
    for (index, row) in rows.enumerated() {
      if index > 0 { RowColumns(syntax).separate(&output) }
      row.append(syntax, to: &output)
    }
    RowColumns(syntax).end(&output)
  }

  /// All rows for people.
  static func report(_ rows: [EventRow]) -> Report {
    Report(command: "history", facts: [:], sections: rows.map(\.detail))
  }

  private var detail: Section {
    let time = event.from.map { LogText.second($0) } ?? "before the first time stamp"
    let end = event.to.map { $0 == event.from ? "" : " to \(LogText.second($0))" } ?? ""
    let databases = event.keys.sorted { $0.key < $1.key }.map {
      "db \($0.key): \(Formatting.count($0.value))"
    }
    let before = event.commandsBefore
    let fields: Fields = [
      "place": .textOnly(
        .text("byte \(Formatting.count(event.position.offset)) of \(Messages.spelled(file))")),
      "keys": .textOnly(
        .text(
          Formatting.count(keys)
            + (databases.isEmpty ? "" : " (\(databases.joined(separator: ", ")))"))),
      "prefix": .textOnly(event.commonPrefix.isEmpty ? .null : .key(event.commonPrefix)),
      "second before": .textOnly(.text(preview)),
      "just before": .textOnly(.text(cut)),
      "note": .textOnly(
        before > 0
          ? .text(
            "\(Formatting.count(before, "command", "commands")) of the same second before it "
              + (before == 1 ? "is" : "are") + " reached by --cut only") : .null),
    ]
    return .detail(kind, .bold, "at \(time)\(end)", fields)
  }
}
