// The thread pool. The calling thread scans; each batch is a job that any thread may take. The thread that
// finishes the job whose turn it is writes its output and that of all finished jobs after it. The scanning
// thread takes jobs too when all slots are full, so progress does not depend on the number of threads that
// the system provides. No thread spins.

import Export
import RDB
import Synchronization

/// Runs the batches of a sweep on several threads.
struct WorkerPool {
  /// From this number of threads on, workers compute the checksums of their jobs.
  ///
  /// With fewer, the scanning thread computes it a step ahead of the scan, which warms the cache. With
  /// more, the scanning thread would be the bottleneck.
  static let threadsForChecksum = 4

  let threads: Int
  let output: RecordOutput
  /// Bytes of the file per job; smaller jobs cost more to pass on than to run.
  var jobBytes = 1 << 20
  /// The most records per job.
  var jobRecords = 8192

  func run<Worker: BatchWorker & ~Copyable>(
    _ bytes: RawSpan, _ scan: SweepScanner, _ options: SweepOptions,
    makeWorker: @Sendable () -> Worker
  ) -> WorkerResult<Worker.Summary> {
    let queue = OrderedJobQueue(
      slots: threads * 2 + 2, records: jobRecords, output: output, unpacking: scan.unpacking)
    let found = Mutex<WorkerResult<Worker.Summary>?>(nil)
    runWorkers(threads) { index in
      var worker = makeWorker()
      if index == 0 { scanAll(bytes, scan, options, queue, &worker) }
      while let job = queue.take() { run(job, with: &worker, in: bytes, queue) }
      let result = worker.finish()
      found.withLock { found in
        guard found != nil else { return found = result }
        found?.merge(result)
      }
    }
    scan.notes = queue.notes
    // After a failure the checksum is incomplete and would look like a mismatch.
    if scan.leavesChecksum, queue.failure == nil { scan.checksum = queue.checksum }
    scan.failure = queue.failure ?? scan.failure ?? output.failure.map { .system($0) }
    // There is always one worker, so there is a result.
    return found.withLock { $0 } ?? makeWorker().finish()
  }

  /// Scans to the end or the first failure; runs jobs itself while all slots are taken.
  private func scanAll<Worker: BatchWorker & ~Copyable>(
    _ bytes: RawSpan, _ scan: SweepScanner, _ options: SweepOptions, _ queue: OrderedJobQueue,
    _ worker: inout Worker
  ) {
    var stop = RDBScanner.Stop.limit
    while stop != .end, !queue.isStopped {
      while !queue.hasFreeSlot {
        guard let job = queue.takeIfReady() else { break }
        run(job, with: &worker, in: bytes, queue)
      }
      let job = queue.freeSlot()
      let start = job.index == 0 ? 0 : scan.scan.scanner.state.offset
      let end = start + jobBytes
      repeat {
        stop = scan.fill(&job.batch, from: bytes, until: end)
      } while stop == .limit && scan.scan.scanner.state.offset < end
      job.context = scan.scan.scanner.context
      job.range = start..<(scan.metadata.end.map { $0 + 1 } ?? scan.scan.scanner.state.offset)
      job.visible = scan.visible
      job.settled = scan.unpacking == nil ? 0 : scan.settled(in: bytes)
      job.checksum = scan.leavesChecksum ? 0 : nil
      queue.post(job)
      options.progress?(scan.scan.scanner.state.offset)
    }
    queue.close()
  }

  private func run<Worker: BatchWorker & ~Copyable>(
    _ job: Job, with worker: inout Worker, in range: RawSpan, _ queue: OrderedJobQueue
  ) {
    let bytes = range.extracting(first: job.visible)
    if job.checksum != nil { job.checksum = CRC64.update(0, bytes.extracting(job.range)) }
    job.output.drain = { queue.writeThrough($0, of: job) }
    worker.exchange(&job.output)
    worker.beginPart(job.boundary)
    do throws(JobFailure) {
      try worker.process(job.batch, in: bytes, job.context, &job.notes)
    } catch {
      job.failure = error
    }
    worker.exchange(&job.output)
    job.output.drain = nil
    queue.finish(job)
  }
}
