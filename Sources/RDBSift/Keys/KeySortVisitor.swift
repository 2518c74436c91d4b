// `keys --sort` and `--top`: makes the rows of selected keys and hands them to the sorter.

package import Export
import RDB
package import Restore

/// Makes a row for each selected key that may be among the wanted ones.
struct KeySortVisitor<Row: KeyRowEncoder>: RecordVisitor, ~Copyable {
  private let sorter: RowSorter
  private let row: Row
  private let part: MomentPart?
  private var run: RowRun
  private var meter: KeyMeter
  private var measure: KeyMeasure?
  private var scratch = Scratch()
  private var tally: RunLengthTally

  init(
    _ sorter: RowSorter, _ row: Row, _ part: MomentPart?, _ meter: KeyMeterRequest?,
    patternCount: Int
  ) {
    self.sorter = sorter
    self.row = row
    self.part = part
    self.meter = KeyMeter(meter)
    tally = RunLengthTally(patternCount: patternCount)
    run = RowRun(sorter.order, top: sorter.top)
  }

  var readsValues: Bool { meter.hasMemory || sorter.order.field == .elements }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    tally.add(record, disposition, pattern: context.pattern, in: context.dialect)
    try take(record, in: bytes, context.values)
    let record = try counted(record, in: bytes, context.values)
    let (dialect, file) = (context.dialect, context.file)
    if let key = record.rawKey {
      append(record, key, of: bytes, in: bytes, dialect, file)
    } else {
      try appendPacked(record, in: bytes, dialect, file)
    }
    if run.isLarge { sorter.add(&run) }
  }

  private mutating func take(
    _ record: RDBRecord, in bytes: RawSpan, _ values: ValueContext
  ) throws(JobFailure) {
    do throws(RDBError) {
      measure = try meter.measure(record, in: bytes, values)
    } catch {
      let key = record.readableKey(in: bytes)
      throw .damage(Damage(error, in: record, key: key, fileSize: bytes.byteCount))
    }
  }

  /// The record with its elements counted, if rows are sorted by them.
  private mutating func counted(
    _ record: RDBRecord, in bytes: RawSpan, _ values: ValueContext
  ) throws(JobFailure) -> RDBRecord {
    guard sorter.order.field == .elements, record.elements == nil else { return record }
    var record = record
    record.elementCount =
      try record.countedElements(in: bytes, values, scratch: &scratch) ?? .max
    return record
  }

  @inline(__always)
  private mutating func append(
    _ record: RDBRecord, _ key: ByteRange, of keyBytes: RawSpan, in bytes: RawSpan,
    _ dialect: RDBDialect, _ file: Int
  ) {
    let name = keyBytes.extracting(key.range)
    let rank = sorter.order.rank(of: record, key: name, memory: measure?.memory)
    guard run.admits(rank) else { return }
    let row = row
    var made = KeyRow(
      record, key: key, module: record.module(in: bytes), dialect: dialect,
      change: part?.change(of: record))
    made.measure = measure
    let entry = RowEntry(
      rank: rank, file: file, offset: record.start, key: ByteRange(offset: 0, count: 0))
    run.append(entry, key: name) { row.append(made, in: keyBytes, to: &$0) }
  }

  @inline(never)
  private mutating func appendPacked(
    _ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect, _ file: Int
  ) throws(JobFailure) {
    guard let key = record.readableKey(in: bytes) else { return }
    key.withRawSpan { span in
      append(
        record, ByteRange(offset: 0, count: span.byteCount), of: span, in: bytes, dialect, file)
    }
  }

  consuming func finish() -> ExportSummary {
    sorter.add(&run)
    let tally = tally.total()
    return ExportSummary(tally: tally, written: tally.restored.keys, detail: ExportCounts())
  }
}

extension Backup {
  /// Collects the rows of the selected keys in a sorter.
  package func sortKeys<Row: KeyRowEncoder>(
    _ selection: RestoreSelection, _ sorter: RowSorter, _ meter: KeyMeterRequest? = nil,
    _ makeRow: @Sendable (Int) -> Row
  ) -> BackupResult<ExportSummary> {
    let patterns = selection.filter.keys.patterns.count
    return sweep(SweepRequest("listing", selection)) {
      KeySortVisitor(sorter, makeRow($0), files[$0].part, meter, patternCount: patterns)
    }
  }
}
