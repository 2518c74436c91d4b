// The job of `keys`: one row per selected key.

package import Export
package import RDB
package import Restore

/// Writes a row for each selected key.
package struct ListingWorker: RecordWorker, ~Copyable {
  /// Where rows go.
  package var output = OutputBuffer()
  private var selector: RecordSelector
  private var writer: RowWriter
  private var scratch = Scratch()
  private var rows = 0
  private var rowsInPart = 0
  /// Which records of the batch at hand are listed.
  private var fates: [RecordFate] = []

  /// Makes a worker for one thread; rows of one of several files tell its name.
  package init(_ selection: Selection, _ format: RowFormat, file: [UInt8]? = nil) {
    selector = RecordSelector(selection)
    writer = RowWriter(format, file: file)
  }

  /// How parts of a listing are joined.
  package static func join(_ format: RowFormat) -> PartOutput.Join {
    format == .json ? .separated(",\n") : .plain
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// A part knows nothing of the rows before it.
  package mutating func beginPart(_ joint: PartJoint) { rowsInPart = 0 }

  /// Writes rows.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    // Taken out while it is lent beside what it tells.
    var fates: [RecordFate] = []
    swap(&fates, &self.fates)
    defer { swap(&fates, &self.fates) }
    try batch.withRecords { records throws(JobFailure) in
      let (decided, failure) = selector.decide(
        records, in: bytes, context: context, into: &fates
      ) { _, _, _ in }
      var index = 0
      while index < decided {
        let run = writer.appendRun(
          records.extracting(first: decided), fates: fates.span, from: index, in: bytes,
          dialect: context.dialect, to: &output)
        rows &+= run.written
        index = run.next
        guard index < decided else { break }
        if fates[index].isWritten {
          try append(records[index], in: bytes, context.dialect)
          if output.isLarge { output.flush() }
        }
        index &+= 1
      }
      if let failure { throw failure }
    }
  }

  @inline(__always)
  private mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect
  ) throws(JobFailure) {
    if writer.format == .json && rowsInPart > 0 { output.append(",\n") }
    rows &+= 1
    rowsInPart &+= 1
    let module = record.type.rawValue == 7 ? record.module(in: bytes) : nil
    if let key = record.rawKey {
      let place = ByteRange(offset: key.offset, count: key.count)
      writer.append(
        record, key: place, in: bytes, module: module, dialect: dialect, to: &output)
    } else {
      try appendPacked(record, module, in: bytes, dialect)
    }
  }

  @inline(never)
  private mutating func appendPacked(
    _ record: RDBRecord, _ module: ModuleID?, in bytes: RawSpan,
    _ dialect: RDBDialect
  ) throws(JobFailure) {
    do throws(RDBError) {
      let key = try record.key(in: bytes)
      try scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
        writer.append(
          record, key: ByteRange(offset: 0, count: text.byteCount), in: text, module: module,
          dialect: dialect, to: &output)
      }
    } catch {
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
  }

  /// Rows that were written.
  package consuming func finish() -> Int { rows }
}
