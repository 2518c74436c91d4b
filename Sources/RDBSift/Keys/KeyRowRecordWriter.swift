// `keys` with chosen columns, or as a table: writes one row per selected key, in file order.

package import Export
import RDB
package import Restore

/// Writes a row for each selected key.
struct KeyRowRecordWriter<Row: KeyRowEncoder>: RecordWriter, ~Copyable {
  static var countsOutcome: Bool { false }

  var output = OutputBuffer()
  private(set) var written: UInt64 = 0
  var readsValues: Bool { meter.hasMemory }
  private let row: Row
  private let part: MomentPart?
  private var meter: KeyMeter
  private var scratch = Scratch()
  private var rowsInPart = 0

  init(_ row: Row, _ part: MomentPart?, _ meter: KeyMeterRequest? = nil) {
    self.row = row
    self.part = part
    self.meter = KeyMeter(meter)
  }

  mutating func begin(part: Int, _ boundary: OutputBoundary) { rowsInPart = 0 }

  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure) {
    for index in records.indices where actions[index].isWritten {
      try append(records[index], in: bytes, context.values)
      output.drainIfLarge()
    }
  }

  private mutating func append(
    _ record: RDBRecord, in bytes: RawSpan, _ values: ValueContext
  ) throws(JobFailure) {
    let measure: KeyMeasure?
    do throws(RDBError) {
      measure = try meter.measure(record, in: bytes, values)
    } catch {
      let key = record.readableKey(in: bytes)
      throw .damage(Damage(error, in: record, key: key, fileSize: bytes.byteCount))
    }
    if rowsInPart > 0, let separator = row.separator { output.append(separator) }
    written &+= 1
    rowsInPart &+= 1
    do throws(RDBError) {
      let key = try record.key(in: bytes)
      try scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
        var made = KeyRow(
          record, key: ByteRange(offset: 0, count: text.byteCount),
          module: record.module(in: bytes), dialect: values.dialect,
          change: part?.change(of: record))
        made.measure = measure
        row.append(made, in: text, to: &output)
      }
    } catch {
      throw .damage(Damage(error, in: record, key: nil, fileSize: bytes.byteCount))
    }
  }

  consuming func finish() -> ExportCounts { ExportCounts() }
}

extension Backup {
  /// Lists the selected keys in file order, one row each.
  ///
  /// - Parameters:
  ///   - selection: Which keys.
  ///   - output: Receives the rows; the caller writes what precedes and follows them.
  ///   - meter: How keys are measured; nil if no column needs it.
  ///   - makeRow: Makes the encoder for the file with a number.
  /// - Returns: The summaries per file.
  package func listKeys<Row: KeyRowEncoder>(
    _ selection: RestoreSelection, into output: RecordOutput, _ meter: KeyMeterRequest? = nil,
    _ makeRow: @Sendable (Int) -> Row
  ) -> BackupResult<ExportSummary> {
    write(SweepRequest("listing", selection), into: output) {
      KeyRowRecordWriter(makeRow($0), files[$0].part, meter)
    }
  }
}
