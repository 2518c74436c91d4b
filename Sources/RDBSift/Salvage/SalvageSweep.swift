// The pieces of a damaged file through a worker of any other job, one after the other, and between
// them what is whole of collections that are damaged.

import Export
package import RDB
import Storage

/// Goes through what is left of a damaged file.
///
/// - Parameters:
///   - file: What is left.
///   - bytes: The whole file.
///   - partial: Collections that were put together of what is whole of a damaged one, by gap.
///   - output: Where the worker's output goes.
///   - made: The worker.
///   - mark: Told the trust of the records that come next.
/// - Returns: What the worker counted, and what is to be told about single records.
/// - Throws: What ended the job.
package func sweep<Worker: RecordWorker & ~Copyable>(
  _ file: SalvagedFile, in bytes: RawSpan, partial: [Int: PartialRecord] = [:],
  into output: PartOutput, _ made: consuming Worker,
  mark: (inout Worker, Trust) -> Void = { _, _ in }
) throws(JobFailure) -> (summary: Worker.Summary, notes: NoteList) {
  var worker = made
  var notes = NoteList()
  var batch = RecordBatch()
  worker.output.drain = { output.write($0) }
  var gap = 0
  for piece in file.pieces {
    while gap < file.map.gaps.count, file.map.gaps[gap].range.offset < piece.piece.start {
      try give(partial[gap], to: &worker, &batch, &notes, mark)
      gap += 1
    }
    var scanner = piece.piece.scanner(file.map.header)
    let ends = [piece.sureRange.lowerBound, piece.sureRange.upperBound, piece.piece.end]
    for (index, end) in ends.enumerated() where end > scanner.state.offset {
      mark(&worker, index == 1 ? .sure : .probable)
      var stop = RDBScanner.Stop.batchFull
      while stop == .batchFull {
        batch.removeAll()
        // It was scanned before, so there is nothing to fail at.
        stop = (try? scanner.scan(bytes, until: end, into: &batch)) ?? .end
        try worker.process(
          batch, in: bytes, context: scanner.context, notes: &notes)
        if let error = output.failure { throw .system(error) }
      }
    }
  }
  while gap < file.map.gaps.count {
    try give(partial[gap], to: &worker, &batch, &notes, mark)
    gap += 1
  }
  worker.output.flush()
  if let error = output.failure { throw .system(error) }
  return (worker.finish(), notes)
}

/// Hands a collection that was put together to a worker.
private func give<Worker: RecordWorker & ~Copyable>(
  _ partial: PartialRecord?, to worker: inout Worker, _ batch: inout RecordBatch,
  _ notes: inout NoteList, _ mark: (inout Worker, Trust) -> Void
) throws(JobFailure) {
  guard let partial else { return }
  mark(&worker, .partial)
  try partial.bytes.withRawSpan { (span) throws(JobFailure) in
    var scanner = RDBScanner(
      header: partial.header, resuming: ScanState(offset: 0, database: partial.database),
      context: ValueContext(dialect: partial.dialect))
    batch.removeAll()
    guard (try? scanner.scan(span, until: span.byteCount, into: &batch)) != nil else { return }
    try worker.process(batch, in: span, context: scanner.context, notes: &notes)
  }
}
