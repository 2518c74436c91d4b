// The list of what was salvaged: the rows of `keys --format tsv` behind a column that says how far each
// can be trusted.

package import Export
package import RDB
package import Restore

/// Writes a row for each selected record of a damaged file.
package struct TrustListingWorker: RecordWorker, ~Copyable {
  /// Where rows go.
  package var output = OutputBuffer()
  /// How far the records that come next can be trusted.
  package var trust = Trust.probable
  private var selector: RecordSelector
  private var writer = RowWriter(.tsv)
  private var scratch = Scratch()
  private var rows = 0

  /// Makes a worker.
  package init(_ selection: Selection) { selector = RecordSelector(selection) }

  /// The line of names.
  package mutating func begin() {
    output.append("trust\t")
    writer.begin(&output)
  }

  /// Writes rows.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer else { continue }
      rows += 1
      output.append(trust.text)
      output.append(0x09)
      let module = record.module(in: bytes)
      // The key was unpacked when the record was checked.
      try? scratch.withBytes(of: try record.key(in: bytes), in: bytes) {
        (text) throws(RDBError) in
        writer.append(
          record, key: ByteRange(offset: 0, count: text.byteCount), in: text, module: module,
          dialect: context.dialect, to: &output)
      }
      output.drainIfLarge()
    }
  }

  /// Rows that were written.
  package consuming func finish() -> Int { rows }
}
