// Sweeps the segments of a damaged file with the worker of another job, and between them the intact elements
// of damaged collections.

import Export
import RDB
import Storage

extension SalvagedFile {
  /// Sweeps the readable records with a worker, on one thread.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - partial: The intact elements of damaged collections, by gap number.
  ///   - output: Receives the output.
  ///   - made: The worker.
  /// - Returns: The result, and notes about records.
  /// - Throws: A failure that ends the job.
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
    for graded in segments {
      while gap < map.gaps.count, map.gaps[gap].range.offset < graded.segment.start {
        try visit(partial[gap], at: map.gaps[gap], with: &worker, &notes)
        gap += 1
      }
      try visit(graded, in: bytes, with: &worker, output, &notes)
    }
    while gap < map.gaps.count {
      try visit(partial[gap], at: map.gaps[gap], with: &worker, &notes)
      gap += 1
    }
    worker.exchange(&buffer)
    buffer.flush()
    if let error = output.failure { throw .system(error) }
    return (worker.finish(), notes)
  }

  private func visit<Worker: BatchWorker & ~Copyable>(
    _ graded: GradedSegment, in bytes: RawSpan, with worker: inout Worker, _ output: RecordOutput,
    _ notes: inout NoteList
  ) throws(JobFailure) {
    var batch = RecordBatch()
    var scanner = graded.segment.scanner(map.header)
    let ends = [graded.sureRange.lowerBound, graded.sureRange.upperBound, graded.segment.end]
    for (index, end) in ends.enumerated() where end > scanner.state.offset {
      worker.mark(index == 1 ? .sure : .probable, gap: nil)
      var stop = RDBScanner.Stop.batchFull
      while stop == .batchFull {
        batch.removeAll()
        // The survey has scanned it before, so this cannot fail.
        stop = (try? scanner.scan(bytes, until: end, into: &batch)) ?? .end
        try worker.process(batch, in: bytes, scanner.context, &notes)
        if let error = output.failure { throw .system(error) }
      }
    }
  }

  private func visit<Worker: BatchWorker & ~Copyable>(
    _ partial: PartialRecord?, at gap: SalvageGap, with worker: inout Worker,
    _ notes: inout NoteList
  ) throws(JobFailure) {
    guard let partial else { return }
    worker.mark(.partial, gap: gap.range.offset)
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
