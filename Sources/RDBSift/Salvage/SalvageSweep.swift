// The pieces of a damaged file through a worker of any other job, one after the other, and between
// them what is whole of collections that are damaged.

import Export
package import RDB
import Storage

extension SalvagedFile {
  /// Goes through what is left of a file with a worker, on one thread.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - partial: What is whole of damaged collections, by the number of the gap.
  ///   - output: Where the worker writes.
  ///   - made: The worker.
  /// - Returns: What was counted, and what there is to report about single records.
  /// - Throws: What ends the job.
  func sweep<Worker: BatchWorker & ~Copyable>(
    _ bytes: RawSpan, partial: [Int: PartialRecord], into output: RecordOutput = .none,
    _ made: consuming Worker
  ) throws(JobFailure) -> (result: WorkerResult<Worker.Summary>, notes: NoteList) {
    var worker = made
    var notes = NoteList()
    var buffer = OutputBuffer()
    buffer.drain = { output.write($0) }
    worker.exchange(&buffer)
    var gap = 0
    for piece in pieces {
      while gap < map.gaps.count, map.gaps[gap].range.offset < piece.piece.start {
        try visit(partial[gap], with: &worker, &notes)
        gap += 1
      }
      try visit(piece, in: bytes, with: &worker, output, &notes)
    }
    while gap < map.gaps.count {
      try visit(partial[gap], with: &worker, &notes)
      gap += 1
    }
    worker.exchange(&buffer)
    buffer.flush()
    if let error = output.failure { throw .system(error) }
    return (worker.finish(), notes)
  }

  private func visit<Worker: BatchWorker & ~Copyable>(
    _ piece: SalvagedPiece, in bytes: RawSpan, with worker: inout Worker, _ output: RecordOutput,
    _ notes: inout NoteList
  ) throws(JobFailure) {
    var batch = RecordBatch()
    var scanner = piece.piece.scanner(map.header)
    let ends = [piece.sureRange.lowerBound, piece.sureRange.upperBound, piece.piece.end]
    for (index, end) in ends.enumerated() where end > scanner.state.offset {
      worker.mark(index == 1 ? .sure : .probable)
      var stop = RDBScanner.Stop.batchFull
      while stop == .batchFull {
        batch.removeAll()
        // It was scanned before, so there is nothing to fail at.
        stop = (try? scanner.scan(bytes, until: end, into: &batch)) ?? .end
        try worker.process(batch, in: bytes, scanner.context, &notes)
        if let error = output.failure { throw .system(error) }
      }
    }
  }

  private func visit<Worker: BatchWorker & ~Copyable>(
    _ partial: PartialRecord?, with worker: inout Worker, _ notes: inout NoteList
  ) throws(JobFailure) {
    guard let partial else { return }
    worker.mark(.partial)
    var batch = RecordBatch()
    try partial.bytes.withRawSpan { (span) throws(JobFailure) in
      var scanner = RDBScanner(
        header: partial.header, resuming: ScanState(offset: 0, database: partial.database),
        context: ValueContext(dialect: partial.dialect))
      guard (try? scanner.scan(span, until: span.byteCount, into: &batch)) != nil else { return }
      try worker.process(batch, in: span, scanner.context, &notes)
    }
  }
}
