// The state of keys at a moment, as rows of `history --at`.

import Export
import RDB
import RDBSift
import Restore

/// Writes a row for each key at a moment.
struct StateWriter: RecordWriter, ~Copyable {
  static var countsOutcome: Bool { false }

  var output = OutputBuffer()
  private(set) var written: UInt64 = 0
  private let syntax: RowSyntax?
  private let part: MomentPart?
  private let log: (name: String, isNamed: Bool)
  private let second: Int64?
  private var rowsInPart = 0

  init(
    _ syntax: RowSyntax?, _ part: MomentPart?, log: (name: String, isNamed: Bool),
    second: Int64?
  ) {
    self.syntax = syntax
    self.part = part
    self.log = log
    self.second = second
  }

  mutating func begin(part: Int, _ boundary: OutputBoundary) { rowsInPart = 0 }

  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) {
    for index in records.indices where actions[index].isWritten {
      append(records[index], in: bytes, context.values)
      output.drainIfLarge()
    }
  }

  private mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    let change = part?.change(of: record)
    let row = HistoryRow(
      log: log.isNamed ? log.name : nil, second: second,
      file: change.map { String(decoding: $0.file, as: UTF8.self) } ?? "base",
      offset: change?.offset, database: record.database, command: nil,
      key: record.readableKey(in: bytes) ?? [], isPresent: true, expiry: record.expiry?.rawValue,
      value: ValueText.json(record.type, context, in: bytes, at: record.valueOffset))
    if let syntax {
      if rowsInPart > 0 { RowColumns(syntax).separate(&output) }
      row.append(syntax, values: true, to: &output)
    } else {
      row.appendText(to: &output)
    }
    written += 1
    rowsInPart += 1
  }

  consuming func finish() -> ExportCounts { ExportCounts() }
}
