// Keys as a table on a terminal: fixed columns, so that rows can be written as they are found, and
// the key last, where it may take what is left of the line.

import Export
import RDB
import RDBSift
import Restore

/// Writes a row of a table for each selected key.
struct KeyTableWriter: RecordWriter, ~Copyable {
  static let titles =
    " db  type       encoding      elements       size  expires                   key"
  /// Titles of rows that tell their file.
  static let titlesWithFile = "file" + String(repeating: " ", count: fileColumn - 4) + "  " + titles
  private static let keyColumn = 75
  private static let fileColumn = 20

  var output = OutputBuffer()
  private let keyWidth: Int
  /// What rows of one of several files begin with.
  private let file: String
  private(set) var written: UInt64 = 0

  init(width: Int, file: String? = nil) {
    let column = KeyTableWriter.fileColumn
    self.file = file.map { Formatting.key($0.utf8, width: column).padded(to: column) + "  " } ?? ""
    keyWidth = max(width - KeyTableWriter.keyColumn - 1 - (file == nil ? 0 : column + 2), 16)
  }

  static var countsOutcome: Bool { false }

  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) {
    for index in records.indices where actions[index].isWritten {
      written += 1
      append(records[index], in: bytes, context.values)
      output.drainIfLarge()
    }
  }

  private mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) {
    let key = record.readableKey(in: bytes) ?? []
    let shape = record.type.shape(in: context.dialect)?.name ?? "?"
    let type = record.module(in: bytes)?.name ?? shape
    let expiry = record.expiry.map { Formatting.instant(milliseconds: $0.rawValue) } ?? ""
    let cells = [
      right(String(record.database), 3), left(type, 9),
      left(record.encoding(in: context.dialect).name, 12),
      right(record.elements.map { Formatting.count($0) } ?? "?", 8),
      right(Formatting.size(record.end - record.start), 9), left(expiry, 24),
      Formatting.key(key, width: keyWidth),
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

  consuming func finish() -> ExportCounts { ExportCounts() }
}

extension String {
  /// The text, and spaces up to so many columns.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - DisplayWidth.of(self)))
  }
}
