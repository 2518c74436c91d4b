// Sweeps a file in batches of records. One thread scans and works in turn; several threads share the batches
// in a pool, and the output is written in file order.

import Export
package import RDB
import Restore
package import Storage

/// How to sweep a file.
package struct SweepOptions: Sendable {
  /// Worker threads; output does not depend on the number.
  package var threads = 1
  /// Whether to compute the checksum.
  package var checksum = true
  /// Records that do not count; nil if all do.
  package var replaced: ReplacedRecords?
  /// The only records that are read; nil if all are.
  package var picks: RecordPicks?
  /// The only part that is read; nil for the whole file.
  package var range: FileRange?
  /// Ends the sweep from outside; nil if nobody does.
  var cancellation: Cancellation?
  /// Receives the offset reached, from one thread at a time.
  package var progress: (@Sendable (Int) -> Void)?

  /// Makes default options.
  package init() {}
}

/// The result of a sweep over a file.
package struct SweepResult<Summary: Sendable>: Sendable {
  /// The metadata of the file.
  package var metadata: RDBMetadata
  /// The result of the checksum check.
  package var checksum: ChecksumState
  /// Unpacked size of the file in bytes.
  package var size: Int
  /// The trailing bytes after the RDB data, if any.
  package var tail: FileTail?
  /// The summary of the job.
  package var summary: Summary
  /// The number of restored keys.
  package var restored: UInt64 = 0
  /// The collected keys, if the sweep compares keys.
  package var keys: CollectedKeys?
  /// Notes about records, in file order.
  package var notes = NoteList()
  /// The failure that ended the sweep early, if any; the rest of the result covers what came before.
  package var failure: JobFailure?
  /// The error that ended the containers early, if any.
  package var interruption: InputError?
  /// Remarks about the containers.
  package var remarks: [InputRemark] = []

  /// Why the file was not read to its end: the container's damage, if that is why the data ended.
  package func failure(of path: String) -> FileFailure? {
    if let interruption, failure?.isTruncation ?? interruption.isDecisive {
      return FileFailure(interruption, path: path)
    }
    return failure.map { FileFailure($0, path: path) }
  }

  /// Damage to a container that is not why the data ended.
  package var damageBeside: InputError? {
    guard let interruption, !(failure?.isTruncation ?? interruption.isDecisive) else { return nil }
    return interruption
  }

  /// The number of trailing bytes.
  package var trailing: Int { tail?.count ?? 0 }

  /// The same result with another summary.
  package func with<Other: Sendable>(_ summary: Other) -> SweepResult<Other> {
    SweepResult<Other>(
      metadata: metadata, checksum: checksum, size: size, tail: tail, summary: summary,
      restored: restored, keys: keys, notes: notes, failure: failure,
      interruption: interruption, remarks: remarks)
  }
}

/// Sweeps a file with one worker per thread.
///
/// - Parameters:
///   - bytes: The whole file, or the range that it is unpacked into.
///   - unpacking: Unpacks the bytes; nil if all are there.
///   - options: How to sweep.
///   - output: Receives the output in order.
///   - makeWorker: Makes a worker; called once on the calling thread, and then on each thread of a pool.
/// - Returns: The result; a failure after the header is part of it.
/// - Throws: `JobFailure` if the header cannot be read.
func sweep<Worker: BatchWorker & ~Copyable>(
  _ bytes: RawSpan, _ unpacking: Unpacking? = nil, options: SweepOptions,
  output: RecordOutput = .none, makeWorker: @Sendable () -> Worker
) throws(JobFailure) -> SweepResult<Worker.Summary> {
  let scanner = try openScanner(bytes, unpacking, options.range)
  let most = unpacking == nil ? options.threads : min(options.threads, Unpacking.workers)
  let worker = makeWorker()
  let threads = worker.needsOrder ? 1 : most
  let dropsValues = unpacking != nil && !worker.readsValues
  let picker = options.picks.map {
    RecordPicker($0, opening: unpacking == nil, in: bytes, scanner)
  }
  let scan = SweepScanner(
    scanner, checksum: options.checksum && picker?.isOpened != true && options.range == nil,
    leavesChecksum: threads >= WorkerPool.threadsForChecksum && !dropsValues, unpacking: unpacking)
  scan.replaced = options.replaced
  scan.cancellation = options.cancellation
  scan.picker = picker
  scan.range = options.range
  scan.dropsValues = dropsValues
  guard threads > 1 else {
    return scan.result(sweepAlone(bytes, scan, options, output, worker), in: bytes)
  }
  let found = WorkerPool(threads: threads, output: output)
    .run(bytes, scan, options, makeWorker: makeWorker)
  return scan.result(found, in: bytes)
}

/// A scanner at the beginning of a range, or of the file if there is none.
private func openScanner(
  _ bytes: RawSpan, _ unpacking: Unpacking?, _ range: FileRange?
) throws(JobFailure) -> RDBScanner {
  let scanner = try openScanner(bytes, unpacking)
  guard let range else { return scanner }
  guard unpacking == nil else { throw .range(WrongRange(range: range, reason: .packed)) }
  return try range.opened(scanner, in: bytes)
}

/// Reads the header of a file.
/// - Throws: `JobFailure` if it is damaged or did not arrive.
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

/// Sweeps on one thread, in batches small enough for the L1 cache.
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
