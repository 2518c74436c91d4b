// `keys`: writes one row per selected key.

package import Export
package import RDB
import Restore

/// Writes a row for each selected key.
package struct KeyListRecordWriter: RecordWriter, ~Copyable {
  package static var countsOutcome: Bool { false }
  package var readsValues: Bool { false }

  package var output = OutputBuffer()
  private var writer: KeyListWriter
  private var scratch = Scratch()
  package private(set) var written: UInt64 = 0
  private var rowsInPart = 0
  /// Whether rows begin with the confidence in a salvaged record.
  private let marksConfidence: Bool
  /// Writes the rows of a file of a log.
  private let logRows: LogRows?

  /// Makes a writer for one thread; rows name `file` if it is not nil.
  init(
    _ format: RowFormat, file: [UInt8]? = nil, marksConfidence: Bool = false,
    logRows: LogRows? = nil
  ) {
    writer = KeyListWriter(format, file: file)
    self.marksConfidence = marksConfidence
    self.logRows = logRows
  }

  /// Begins a part of the output; another thread may have written the part before.
  package mutating func begin(part: Int, _ boundary: OutputBoundary) { rowsInPart = 0 }

  package mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    var index = 0
    while index < records.count {
      if !marksConfidence {
        let run = writer.appendRun(
          records, actions: actions, from: index, in: bytes, dialect: context.dialect, to: &output)
        written &+= UInt64(truncatingIfNeeded: run.written)
        index = run.next
        guard index < records.count else { break }
      }
      if actions[index].isWritten {
        mark(context.confidence)
        try append(records[index], in: bytes, context)
        if output.isLarge { output.flush() }
      }
      index &+= 1
    }
  }

  private mutating func mark(_ confidence: Confidence?) {
    guard marksConfidence, let confidence else { return }
    output.append(confidence.text)
    output.append(0x09)
  }

  @inline(__always)
  private mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ context: borrowing WriteContext
  ) throws(JobFailure) {
    let dialect = context.dialect
    if writer.format == .json && rowsInPart > 0 { output.append(",\n") }
    written &+= 1
    rowsInPart &+= 1
    let module = record.type == .module2 ? record.module(in: bytes) : nil
    if let key = record.rawKey, logRows == nil {
      let place = ByteRange(offset: key.offset, count: key.count)
      writer.append(
        shown(record, context), key: place, in: bytes, module: module, dialect: dialect, to: &output
      )
    } else {
      try appendPacked(record, module, in: bytes, context)
    }
  }

  @inline(__always)
  private func shown(_ record: RDBRecord, _ context: borrowing WriteContext) -> RDBRecord {
    guard marksConfidence, let gap = context.gap else { return record }
    return record.shown(at: gap)
  }

  @inline(never)
  private mutating func appendPacked(
    _ record: RDBRecord, _ module: ModuleID?, in bytes: RawSpan,
    _ context: borrowing WriteContext
  ) throws(JobFailure) {
    let (row, dialect) = (shown(record, context), context.dialect)
    do throws(RDBError) {
      let key = try record.key(in: bytes)
      try scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
        if let logRows {
          return logRows.append(
            record, in: record.database, named: text, module, dialect, to: &output)
        }
        writer.append(
          row, key: ByteRange(offset: 0, count: text.byteCount), in: text, module: module,
          dialect: dialect, to: &output)
      }
    } catch {
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
  }

  package consuming func finish() -> ExportCounts { ExportCounts() }
}
