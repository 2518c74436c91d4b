// Threads. The thread that calls scans; each batch it fills is a job, and any thread may take it.
// Whoever finishes the job whose turn it is writes its output, and that of all finished jobs behind
// it. The scanning thread works too when all slots are full, so nothing waits for a thread that the
// system does not give us, and no thread spins.

import Dispatch
import Export
import RDB
import Synchronization

/// Runs the batches of one sweep on threads.
struct WorkerPool {
  /// From so many threads on, the checksum is made of the jobs' own by the threads that work on them.
  ///
  /// With fewer, the thread that scans makes it a step ahead of the scan, which brings the bytes into
  /// the cache; with more, that thread is what the others wait for.
  static let threadsForChecksum = 4

  let threads: Int
  let output: RecordOutput
  /// A job covers about this much of the file; handing over smaller ones costs more than they do.
  var jobBytes = 1 << 20
  /// Records of a job at most.
  var jobRecords = 8192

  func run<Worker: BatchWorker & ~Copyable>(
    _ bytes: RawSpan, _ scan: SweepScanner, _ options: SweepOptions,
    makeWorker: @Sendable () -> Worker
  ) -> WorkerResult<Worker.Summary> {
    let queue = OrderedJobQueue(
      slots: threads * 2 + 2, records: jobRecords, output: output, unpacking: scan.unpacking)
    let found = Mutex<WorkerResult<Worker.Summary>?>(nil)
    DispatchQueue.concurrentPerform(iterations: threads) { index in
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
    // After a failure some jobs were not summed; half a sum would look like a wrong one.
    if scan.leavesChecksum, queue.failure == nil { scan.checksum = queue.checksum }
    scan.failure = queue.failure ?? scan.failure ?? output.failure.map { .system($0) }
    // Threads were asked for, and the calling one is always had.
    return found.withLock { $0 } ?? makeWorker().finish()
  }

  /// Scans to the end, or to the first failure of anything, and helps while all slots are taken.
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
