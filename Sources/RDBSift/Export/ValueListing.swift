// The job of `export --as json` and `--as ndjson`: one object per selected key, the row of
// `keys --format ndjson` with its value behind it.

package import Export
package import RDB
package import Restore

/// What a listing of values did.
package struct ValueListingSummary: Sendable {
  /// What became of the keys.
  package var extraction: ExtractionSummary
  /// Keys whose value is null, since only an algorithm can read its bits.
  package var unopened: UInt64 = 0
}

/// Writes an object for each selected key.
package struct ValueListingWorker: RecordWorker, ~Copyable {
  private var writer = ValueWriter(.json, into: OutputBuffer())
  private var rows: RowWriter
  private let isArray: Bool
  private var selector: RecordSelector
  private var namer: RecordNamer
  private let databases: DatabaseMap
  private var tally: RunningTally
  private var scratch = Scratch()
  private var written: UInt64 = 0
  private var unopened: UInt64 = 0
  private var writtenInPart = 0
  /// How far the records that come next can be trusted; nil where that is no question.
  package var trust: Trust?

  /// Makes a worker for one thread; objects are elements of an array, or lines, and those of one of
  /// several files tell its name.
  package init(
    _ selection: Selection, isArray: Bool, relocation: Relocation = Relocation(),
    file: [UInt8]? = nil
  ) {
    rows = RowWriter(.json, file: file)
    self.isArray = isArray
    namer = RecordNamer(relocation.naming)
    databases = relocation.databases
    selector = RecordSelector(selection)
    tally = RunningTally(patternCount: selection.filter.keys.patterns.count)
  }

  /// How parts are joined.
  package static func join(isArray: Bool) -> PartOutput.Join {
    isArray ? .separated(",\n") : .plain
  }

  /// Where objects go.
  package var output: OutputBuffer {
    _read { yield writer.output }
    _modify { yield &writer.output }
  }

  /// A part knows nothing of the objects before it.
  package mutating func beginPart(_ joint: PartJoint) { writtenInPart = 0 }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Writes objects.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      var record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      tally.add(record, answer, pattern: selector.lastMatch, in: context.dialect)
      guard case .restore(let expiry) = answer else { continue }
      if let expiry { record.expiryMilliseconds = expiry.rawValue }
      try writeRow(record, in: bytes, context.dialect)
      if record.hasKeyMeta { notes.append(.metadata, record, in: bytes) }
      do throws(RDBError) {
        try writeValue(record, in: bytes, context)
      } catch {
        let key = (try? record.key(in: bytes)).flatMap { $0.spelled(in: bytes) }
        let size = bytes.byteCount
        throw .damage(Damage(error, in: record, key: key, fileSize: size))
      }
      writer.output.drainIfLarge()
    }
  }

  private mutating func writeRow(
    _ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect
  ) throws(JobFailure) {
    if isArray, writtenInPart > 0 { writer.output.append(",\n") }
    written &+= 1
    writtenInPart &+= 1
    var row = record
    row.database = databases(record.database)
    let module = record.module(in: bytes)
    try namer.withName(of: record, in: bytes) { name throws(JobFailure) in
      rows.append(
        row, key: ByteRange(offset: 0, count: name.byteCount), in: name, module: module,
        dialect: dialect, to: &writer.output)
    }
    // The row is left open for the value.
    writer.output.removeAll(after: writer.output.count - 1)
    if let trust {
      writer.output.append(",\"trust\":\"")
      writer.output.append(trust.text)
      writer.output.append(0x22)
    }
    writer.output.append(",\"value\":")
  }

  private mutating func writeValue(
    _ record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) {
    if record.type.isDecoded(in: context.dialect) {
      var at = record.valueOffset
      try walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &writer)
      writer.end()
    } else {
      unopened &+= 1
      writer.output.append("null")
    }
    writer.output.append(0x7d)
    if !isArray { writer.output.append(0x0a) }
  }

  /// What was done.
  package consuming func finish() -> ValueListingSummary {
    ValueListingSummary(
      extraction: ExtractionSummary(tally: tally.total(), written: written), unopened: unopened)
  }
}
