// Keys as a table on a terminal: fixed columns, so that rows can be written as they are found, and
// the key last, where it may take what is left of the line.

import Export
import RDB
import RDBSift
import Restore

/// Writes a row of a table for each selected key.
struct TableWorker: RecordWorker, ~Copyable {
  static let titles =
    " db  type       encoding      elements       size  expires                   key"
  /// Titles of rows that tell their file.
  static let titlesOfSet = "file" + String(repeating: " ", count: fileColumn - 4) + "  " + titles
  private static let keyColumn = 75
  private static let fileColumn = 20

  var output = OutputBuffer()
  private var selector: RecordSelector
  private let keyWidth: Int
  /// What rows of one of several files begin with.
  private let file: String
  private var rows = 0

  init(_ selection: Selection, width: Int, file: String? = nil) {
    selector = RecordSelector(selection)
    let column = TableWorker.fileColumn
    self.file = file.map { KeyText.spelled($0.utf8, width: column).padded(to: column) + "  " } ?? ""
    keyWidth = max(width - TableWorker.keyColumn - 1 - (file == nil ? 0 : column + 2), 16)
  }

  var needsOrder: Bool { selector.needsOrder }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer else { continue }
      rows += 1
      append(record, in: bytes, context)
      output.drainIfLarge()
    }
  }

  private mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    let key = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) } ?? []
    let shape = record.type.shape(in: context.dialect)?.name ?? "?"
    let type = record.module(in: bytes)?.name ?? shape
    let expiry = record.expiry.map { HumanText.instant(milliseconds: $0.rawValue) } ?? ""
    let cells = [
      right(String(record.database), 3), left(type, 9),
      left(record.encoding(in: context.dialect).name, 12),
      right(record.elements.map { HumanText.count($0) } ?? "?", 8),
      right(HumanText.size(record.end - record.start), 9), left(expiry, 24),
      KeyText.spelled(key, width: keyWidth),
    ]
    for byte in (file + cells.joined(separator: "  ")).utf8 { output.append(byte) }
    output.append(0x0a)
  }

  private func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.utf8.count))
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }

  consuming func finish() -> Int { rows }
}

extension String {
  /// The text, and spaces up to so many columns.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - DisplayWidth.of(self)))
  }
}
