// The one loop: a file, batch by batch, through a worker. With one thread, scanning and work take
// turns on it. With more, batches go to a pool, and their output comes back in the file's order.

import Export
package import RDB
package import Storage

/// How a file is gone through.
package struct SweepOptions: Sendable {
  /// Threads that may work.
  ///
  /// Output does not depend on it.
  package var threads = 1
  /// Whether the file's checksum is computed on the way.
  package var checksum = true
  /// Called now and then with the offset that was reached, by one thread at a time.
  package var progress: (@Sendable (Int) -> Void)?

  /// The usual way.
  package init() {}
}

/// What a sweep found beside what its worker did.
package struct SweepResult<Summary: Sendable>: Sendable {
  /// What the file says beside its records.
  package var facts: FileFacts
  /// What its checksum turned out to be.
  package var checksum: ChecksumState
  /// Bytes of the file, as they are without any container.
  package var size: Int
  /// What stands behind the end of the file proper, if anything does.
  package var tail: FileTail?
  /// What each worker counted.
  package var summaries: [Summary]
  /// What is to be told about single records, in the file's order.
  package var notes: NoteList
  /// Why it ended early, if it did.
  ///
  /// The rest of the result tells of what came before.
  package var failure: JobFailure?
  /// Why the containers gave no more bytes, if that was not their end.
  package var interruption: InputError?
  /// What is to be told of the containers.
  package var remarks: [InputRemark] = []

  /// Bytes behind the end of the file proper.
  package var trailing: Int { tail?.count ?? 0 }

  /// The same result, of which each summary is made another.
  package func mapSummaries<Other: Sendable>(
    _ make: (Summary) -> Other
  ) -> SweepResult<Other> {
    SweepResult<Other>(
      facts: facts, checksum: checksum, size: size, tail: tail, summaries: summaries.map(make),
      notes: notes, failure: failure, interruption: interruption, remarks: remarks)
  }
}

/// Goes through a file while it comes out of its containers.
///
/// The parameters are those of a file that is there.
package func sweep<Worker: RecordWorker & ~Copyable>(
  _ unpacking: Unpacking, options: SweepOptions, output: PartOutput,
  makeWorker: @Sendable () throws(JobFailure) -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  var options = options
  options.threads = min(options.threads, Unpacking.workers)
  return try unpacking.withRange { range throws(JobFailure) in
    try sweep(
      range, unpacking, options: options, output: output, makeWorker: makeWorker)
  }
}

/// Goes through a file from its first byte to its last.
///
/// - Parameters:
///   - bytes: The whole file.
///   - options: How.
///   - output: Where parts go, in order.
///   - makeWorker: Makes one worker per thread; called on that thread.
/// - Returns: What was found; a failure after the header is part of it.
/// - Throws: What keeps the file from being read at all.
package func sweep<Worker: RecordWorker & ~Copyable>(
  _ bytes: RawSpan, options: SweepOptions, output: PartOutput,
  makeWorker: @Sendable () throws(JobFailure) -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  try sweep(bytes, nil, options: options, output: output, makeWorker: makeWorker)
}

private func sweep<Worker: RecordWorker & ~Copyable>(
  _ bytes: RawSpan, _ unpacking: Unpacking?, options: SweepOptions, output: PartOutput,
  makeWorker: @Sendable () throws(JobFailure) -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  let scanner = try openScanner(bytes, unpacking)
  let worker = try makeWorker()
  let threads = worker.needsOrder ? 1 : options.threads
  let desk = ScanDesk(
    scanner, checksum: options.checksum,
    leavesChecksum: threads >= WorkerPool.threadsForChecksum, unpacking: unpacking)
  guard threads > 1 else {
    return desk.result([try sweepAlone(bytes, desk, options, output, worker)], in: bytes)
  }
  let summaries = try WorkerPool(threads: threads, output: output)
    .run(bytes, desk, options, makeWorker: makeWorker)
  return desk.result(summaries, in: bytes)
}

/// Reads a file's header.
package func openScanner(
  _ bytes: RawSpan, _ unpacking: Unpacking? = nil
) throws(JobFailure) -> RDBScanner {
  let count = unpacking?.wait(for: RDBHeader.byteCount).count ?? bytes.byteCount
  do throws(RDBError) {
    return try RDBScanner(headerOf: bytes.extracting(first: count))
  } catch {
    if error.reason == .truncated, let failure = unpacking?.failure { throw JobFailure(failure) }
    throw .damage(Damage(error, fileSize: count))
  }
}

/// One thread: a small batch is scanned and worked on while it is in the first cache.
private func sweepAlone<Worker: RecordWorker & ~Copyable>(
  _ bytes: RawSpan, _ desk: ScanDesk, _ options: SweepOptions, _ output: PartOutput,
  _ made: consuming Worker
) throws(JobFailure) -> Worker.Summary {
  var worker = made
  var batch = RecordBatch(capacity: 256)
  worker.output.drain = { output.write($0) }
  do throws(JobFailure) {
    var more = true
    while more {
      batch.removeAll()
      more = desk.fill(&batch, from: bytes) != .end
      try worker.process(
        batch, in: bytes.extracting(first: desk.visible),
        context: desk.scan.scanner.context, notes: &desk.notes)
      if let error = output.failure { throw .system(error) }
      desk.unpacking?.release(before: desk.settled(in: bytes))
      options.progress?(desk.scan.scanner.state.offset)
    }
  } catch {
    desk.failure = error
  }
  worker.output.flush()
  if let error = output.failure, desk.failure == nil { desk.failure = .system(error) }
  return worker.finish()
}
