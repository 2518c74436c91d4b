// One way through a file: batch by batch, through a worker. With one thread, scanning and work take turns
// on it. With more, batches go to a pool, and their output comes back in the file's order.

import Export
package import RDB
package import Restore
package import Storage

/// How a file is read.
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
  package var metadata: RDBMetadata
  /// What its checksum turned out to be.
  package var checksum: ChecksumState
  /// Bytes of the file, as they are without any container.
  package var size: Int
  /// What follows the end of the file proper, if anything does.
  package var tail: FileTail?
  /// What the job counted.
  package var summary: Summary
  /// Keys that the selection restores.
  package var restored: UInt64 = 0
  /// Which keys there are, where they are compared with those of other files.
  package var keys: CollectedKeys?
  /// What there is to report about single records, in the file's order.
  package var notes = NoteList()
  /// Why it ended early, if it did; the rest of the result is about what came before.
  package var failure: JobFailure?
  /// Why the containers gave no more bytes, if that was not their end.
  package var interruption: InputError?
  /// What there is to report about the containers.
  package var remarks: [InputRemark] = []

  /// Bytes behind the end of the file proper.
  package var trailing: Int { tail?.count ?? 0 }

  /// The same result with another summary.
  package func with<Other: Sendable>(_ summary: Other) -> SweepResult<Other> {
    SweepResult<Other>(
      metadata: metadata, checksum: checksum, size: size, tail: tail, summary: summary,
      restored: restored, keys: keys, notes: notes, failure: failure,
      interruption: interruption, remarks: remarks)
  }
}

/// Goes through a file from its first byte to its last with one worker per thread.
///
/// - Parameters:
///   - bytes: The whole file, or the range that its bytes arrive in.
///   - unpacking: What brings the bytes, if they are not all there.
///   - options: How.
///   - output: Where parts go, in order.
///   - makeWorker: Makes one worker per thread, called on that thread, and one that is asked first.
/// - Returns: What was found; a failure after the header is part of it.
/// - Throws: What keeps the file from being read at all.
func sweep<Worker: BatchWorker & ~Copyable>(
  _ bytes: RawSpan, _ unpacking: Unpacking? = nil, options: SweepOptions,
  output: RecordOutput = .none, makeWorker: @Sendable () -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  let scanner = try openScanner(bytes, unpacking)
  let most = unpacking == nil ? options.threads : min(options.threads, Unpacking.workers)
  let worker = makeWorker()
  let threads = worker.needsOrder ? 1 : most
  let scan = SweepScanner(
    scanner, checksum: options.checksum,
    leavesChecksum: threads >= WorkerPool.threadsForChecksum, unpacking: unpacking)
  guard threads > 1 else {
    return scan.result(sweepAlone(bytes, scan, options, output, worker), in: bytes)
  }
  let found = WorkerPool(threads: threads, output: output)
    .run(bytes, scan, options, makeWorker: makeWorker)
  return scan.result(found, in: bytes)
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
private func sweepAlone<Worker: BatchWorker & ~Copyable>(
  _ bytes: RawSpan, _ scan: SweepScanner, _ options: SweepOptions, _ output: RecordOutput,
  _ made: consuming Worker
) -> WorkerResult<Worker.Summary> {
  var worker = made
  var batch = RecordBatch(capacity: 256)
  var buffer = OutputBuffer()
  buffer.drain = output.continuation()
  worker.exchange(&buffer)
  do throws(JobFailure) {
    var more = true
    while more {
      batch.removeAll()
      more = scan.fill(&batch, from: bytes) != .end
      try worker.process(
        batch, in: bytes.extracting(first: scan.visible), scan.scan.scanner.context, &scan.notes)
      if let error = output.failure { throw .system(error) }
      scan.unpacking?.release(before: scan.settled(in: bytes))
      options.progress?(scan.scan.scanner.state.offset)
    }
  } catch {
    scan.failure = error
  }
  worker.exchange(&buffer)
  buffer.flush()
  if let error = output.failure, scan.failure == nil { scan.failure = .system(error) }
  return worker.finish()
}
