// Keys as a table on a terminal. Columns have fixed widths, so that rows can be written as they are
// found. The key takes what is left of the line; in a narrow window, columns are left out.

import Export
import RDB
import RDBSift
import Restore

/// The columns of a table that fits a window.
struct KeyTableLayout: Sendable {
  /// A column and the columns of the window that it takes.
  struct Column: Sendable {
    let name: KeyColumn
    let width: Int
  }

  let columns: [Column]
  /// What expiries are relative to.
  let now: UnixMilliseconds
  private let stream: Console.Stream

  private static let gap = 2
  /// The columns that a key gets at least.
  private static let keyWidth = 20
  private static let usual: [KeyColumn] = [
    .file, .key, .type, .elements, .recordBytes, .expiry, .db, .encoding,
  ]
  /// Columns that are left out in a narrow window, the first of these first.
  private static let dispensable: [KeyColumn] = [
    .encoding, .elements, .db, .expiry, .type, .file, .recordBytes,
  ]

  /// Makes a layout.
  ///
  /// - Parameters:
  ///   - chosen: The columns to show; nil for as many of the usual ones as fit.
  ///   - isSeveral: Whether there are several files.
  ///   - stream: The terminal.
  ///   - now: What expiries are relative to.
  init(
    _ chosen: [KeyColumn]?, isSeveral: Bool, _ stream: Console.Stream, now: UnixMilliseconds
  ) {
    let window = stream.width ?? 80
    var names = chosen ?? KeyTableLayout.usual.filter { $0 != .file || isSeveral }
    for name in chosen == nil ? KeyTableLayout.dispensable : [] {
      if KeyTableLayout.rest(of: window, names) < KeyTableLayout.keyWidth {
        names.removeAll { $0 == name }
      }
    }
    let rest = KeyTableLayout.rest(of: window, names)
    let least = chosen == nil ? 1 : KeyTableLayout.keyWidth
    columns = names.map {
      Column(name: $0, width: $0 == .key ? max(rest, least) : KeyTableLayout.width($0))
    }
    self.now = now
    self.stream = stream
  }

  /// What the other columns leave to the key.
  private static func rest(of window: Int, _ names: [KeyColumn]) -> Int {
    window - names.filter { $0 != .key }.reduce(0) { $0 + width($1) + gap }
  }

  private static func width(_ column: KeyColumn) -> Int {
    switch column {
    case .file: 16
    case .key: keyWidth
    case .type, .elements: 9
    case .encoding, .offset: 12
    case .recordBytes, .rdbType, .idle: 8
    case .expiry: 11
    case .frequency: 4
    case .slot: 5
    case .memory, .realMemory: 8
    case .db: 3
    case .logFile: 24
    case .logOffset: 12
    case .estimated: 9
    }
  }

  private static func title(_ column: KeyColumn) -> String {
    switch column {
    case .recordBytes: "size"
    case .expiry: "expires"
    case .rdbType: "rdb type"
    case .realMemory: "real mem"
    case .logFile: "log file"
    case .logOffset: "log offset"
    default: column.rawValue
    }
  }

  private static func isNumber(_ column: KeyColumn) -> Bool {
    switch column {
    case .file, .key, .type, .encoding, .expiry, .logFile, .estimated: false
    default: true
    }
  }

  /// The line of titles.
  var heading: String {
    stream.styled(line { KeyTableLayout.title($0.name) }, .bold) + "\n"
  }

  /// A line of cells, each cut to the width of its column.
  func line(_ cell: (Column) -> String) -> String {
    var line = ""
    for (index, column) in columns.enumerated() {
      let isLast = index == columns.count - 1
      let text = Formatting.truncated(cell(column), to: column.width)
      let space = String(repeating: " ", count: column.width - DisplayWidth.of(text))
      if index > 0 { line += String(repeating: " ", count: KeyTableLayout.gap) }
      line += KeyTableLayout.isNumber(column.name) ? space + text : isLast ? text : text + space
    }
    return line
  }
}

/// Encodes keys as rows of a table.
struct KeyTable: KeyRowEncoder {
  private let layout: KeyTableLayout
  private let file: String

  init(_ layout: KeyTableLayout, file: String) {
    self.layout = layout
    self.file = file
  }

  var separator: StaticString? { nil }

  func begin(_ output: inout OutputBuffer) { output.append(text: layout.heading) }

  func append(_ row: KeyRow, in keyBytes: RawSpan, to output: inout OutputBuffer) {
    let line = layout.line { cell($0, row, keyBytes) }
    output.append(text: line)
    output.append(0x0a)
  }

  func end(_ output: inout OutputBuffer, isEmpty: Bool) {}

  private func cell(
    _ column: KeyTableLayout.Column, _ row: KeyRow, _ keyBytes: RawSpan
  ) -> String {
    let record = row.record
    switch column.name {
    case .file: return Formatting.key(file.utf8, width: column.width)
    case .key:
      return Formatting.key(
        Array(copying: keyBytes.extracting(row.key.range)), width: column.width)
    case .type: return row.module?.name ?? record.type.shape(in: row.dialect)?.name ?? "?"
    case .encoding: return row.encoding.name
    case .logFile:
      return row.change.map { Formatting.key($0.file, width: column.width) } ?? ""
    case .logOffset: return row.change?.offset.map { String($0) } ?? ""
    case .estimated: return row.change == nil ? "no" : "yes"
    case .elements:
      return record.elements.map { Formatting.count($0, width: column.width) } ?? "?"
    case .recordBytes: return Formatting.size(record.end - record.start)
    case .memory: return row.measure?.memory.map(Formatting.size) ?? "?"
    case .realMemory: return row.measure?.realMemory.map(Formatting.size) ?? "?"
    case .expiry: return record.expiry.map { Formatting.relative($0, to: layout.now) } ?? ""
    case .offset where row.change != nil: return ""
    case .rdbType where row.change != nil: return ""
    default: return number(column.name, record).map { String($0) } ?? ""
    }
  }

  private func number(_ column: KeyColumn, _ record: RDBRecord) -> Int? {
    switch column {
    case .db: Int(record.database)
    case .rdbType: Int(record.type.rawValue)
    case .offset: record.start
    case .idle: record.idleSeconds.map { Int($0) }
    case .frequency: record.frequency.map { Int($0) }
    case .slot: record.slot.map { Int($0) }
    default: nil
    }
  }
}
