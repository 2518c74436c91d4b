// One row of `history`: a change of a key, or its state at a moment.

import AOF
import Export
import RDB
import RDBSift
import Storage

/// A change of a key.
struct HistoryRow {
  /// The log, if there are several.
  let log: String?
  let second: Int64?
  /// The file of the log, and the offset of the command; nil for a record of the base.
  let file: String
  let offset: Int?
  let database: UInt32
  let command: String?
  let key: [UInt8]
  /// Whether the key exists after it; nil where that is not known.
  let isPresent: Bool?
  let expiry: Int64?
  /// The value as JSON, if it was asked for and is known.
  let value: [UInt8]?

  /// The columns of every format; `log` comes first if there are several, `value` last if asked for.
  private static let columns: [RowFields.Column] = [
    .init("time_ms"), .init("file"), .init("offset"), .init("db"), .init("command"),
    .init("key", hasBytes: true), .init("state"), .init("expire_ms"),
  ]

  static func columns(severalLogs: Bool, values: Bool) -> [RowFields.Column] {
    (severalLogs ? [.init("log")] : []) + columns + (values ? [.init("value")] : [])
  }

  private var state: String {
    switch isPresent {
    case true?: "set"
    case false?: "deleted"
    case nil: "unknown"
    }
  }

  /// Appends the row in one of the row formats.
  func append(_ syntax: RowSyntax, values: Bool, to output: inout OutputBuffer) {
    var columns = RowColumns(syntax)
    if let log { columns.column("log", Array(log.utf8), &output) }
    let (time, overflow) = (second ?? 0).multipliedReportingOverflow(by: 1000)
    columns.column("time_ms", second == nil || overflow ? nil : time, &output)
    columns.column("file", Array(file.utf8), &output)
    columns.column("offset", offset.map { Int64($0) }, &output)
    columns.column("db", Int64(database), &output)
    columns.column("command", command.map { Array($0.utf8) }, &output)
    columns.column("key", bytes: key, &output)
    columns.column("state", Array(state.utf8), &output)
    columns.column("expire_ms", expiry, &output)
    if values { columns.json("value", value, &output) }
    columns.endRow(&output)
  }

  /// JSON text as a terminal may show it.
  private static func shown(_ json: [UInt8]) -> String {
    guard json.count <= 200, json.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      return Formatting.key(json, width: 120)
    }
    return String(decoding: json, as: UTF8.self)
  }

  static let title = "time                   db  command       state     at byte  key"

  /// Appends the row of a table.
  func appendText(to output: inout OutputBuffer) {
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
    let shown = command.map { Formatting.key($0.utf8, width: 12) } ?? "-"
    var cells = [
      left(second.map { LogText.second($0) } ?? "-", 20), right(String(database), 3),
      left(shown, 12), left(state, 7), right(offset.map { Formatting.count($0) } ?? "-", 8),
      Formatting.key(key, width: 60),
    ]
    if let value { cells.append(HistoryRow.shown(value)) }
    for byte in cells.joined(separator: "  ").utf8 { output.append(byte) }
    output.append(0x0a)
  }
}

extension HistoryRow {
  /// The row of a change.
  init(_ change: KeyChange, _ log: LogSource, namesLog: Bool) {
    let file = Int(change.position.file)
    self.log = namesLog ? log.name : nil
    second = change.second
    self.file = log.parts.indices.contains(file) ? log.parts[file].name : log.name
    offset = change.position.offset
    database = change.database
    command = change.command
    key = change.key
    isPresent = change.isPresent
    expiry = change.isPresent ?? false ? change.expiry : nil
    value = change.value.flatMap { $0.json }
  }
}

extension ChangedValue {
  /// The value as JSON; nil for a type that is not decoded.
  fileprivate var json: [UInt8]? {
    bytes.withRawSpan { span in
      ValueText.json(type, ValueContext(dialect: dialect), in: span, at: 0)
    }
  }
}

/// Values as JSON text.
enum ValueText {
  /// A value in `bytes` as JSON; nil if it is damaged or of a type that is not decoded.
  static func json(
    _ type: RDBType, _ context: ValueContext, in bytes: RawSpan, at offset: Int
  ) -> [UInt8]? {
    guard type.isDecoded(in: context.dialect) else { return nil }
    var writer = ValueWriter(.json, into: OutputBuffer(capacity: 4096), limit: .max)
    var at = offset
    var scratch = Scratch()
    do throws(RDBError) {
      try walk(type, context, in: bytes, at: &at, scratch: &scratch, into: &writer)
    } catch {
      return nil
    }
    writer.end()
    return writer.output.withBytes { [UInt8](copying: $0) }
  }
}

/// Writes rows of changes to standard output.
final class HistoryWriter {
  /// The spelling of rows; nil for a table.
  private let syntax: RowSyntax?
  private let values: Bool
  private var buffer = OutputBuffer(capacity: 1 << 16)
  /// Rows written so far.
  private(set) var rows = 0
  /// The first failure of standard output.
  private(set) var failure: SystemError?

  init(_ syntax: RowSyntax?, values: Bool) {
    self.syntax = syntax
    self.values = values
  }

  /// Writes what precedes the rows.
  func begin(_ columns: [RowFields.Column]) { HistoryWriter.begin(syntax, columns, &buffer) }

  static func begin(
    _ syntax: RowSyntax?, _ columns: [RowFields.Column], _ buffer: inout OutputBuffer
  ) {
    if let syntax {
      RowColumns(syntax).begin(columns, &buffer)
    } else {
      for byte in (HistoryRow.title + "\n").utf8 { buffer.append(byte) }
    }
  }

  /// Writes a row.
  func write(_ row: HistoryRow) {
    guard failure == nil else { return }
    if let syntax {
      if rows > 0 { RowColumns(syntax).separate(&buffer) }
      row.append(syntax, values: values, to: &buffer)
    } else {
      row.appendText(to: &buffer)
    }
    rows += 1
    if buffer.count > 1 << 15 { flush() }
  }

  /// Writes what follows the rows.
  func end() throws {
    if let syntax { RowColumns(syntax).end(&buffer) }
    flush()
    if let failure { throw failure }
  }

  private func flush() {
    var stream = StandardStream.output
    do throws(SystemError) {
      try buffer.withBytes { (bytes) throws(SystemError) in try stream.write(bytes) }
    } catch {
      failure = error
    }
    buffer.removeAll()
  }
}
