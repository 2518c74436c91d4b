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
  let output: PartOutput
  /// A job covers about this much of the file; handing over smaller ones costs more than they do.
  var jobBytes = 1 << 20
  /// Records of a job at most.
  var jobRecords = 8192

  func run<Worker: RecordWorker & ~Copyable>(
    _ bytes: RawSpan, _ desk: ScanDesk, _ options: SweepOptions,
    makeWorker: @Sendable () throws(JobFailure) -> Worker
  ) throws(JobFailure) -> [Worker.Summary] {
    let board = JobBoard(
      slots: threads * 2 + 2, records: jobRecords, output: output, unpacking: desk.unpacking)
    let summaries = Mutex<[Worker.Summary]>([])
    DispatchQueue.concurrentPerform(iterations: threads) { index in
      do throws(JobFailure) {
        var worker = try makeWorker()
        if index == 0 { scanAll(bytes, desk, options, board, &worker) }
        while let job = board.take() { run(job, with: &worker, in: bytes, board) }
        let summary = worker.finish()
        summaries.withLock { $0.append(summary) }
      } catch {
        board.fail(error)
        if index == 0 { board.close() }
      }
    }
    desk.notes = board.notes
    // After a failure some jobs were not summed; half a sum would look like a wrong one.
    if desk.leavesChecksum, board.failure == nil { desk.checksum = board.checksum }
    desk.failure = board.failure ?? desk.failure ?? output.failure.map { .system($0) }
    return summaries.withLock { $0 }
  }

  /// Scans to the end, or to the first failure of anything, and helps while all slots are taken.
  private func scanAll<Worker: RecordWorker & ~Copyable>(
    _ bytes: RawSpan, _ desk: ScanDesk, _ options: SweepOptions, _ board: JobBoard,
    _ worker: inout Worker
  ) {
    var stop = RDBScanner.Stop.limit
    while stop != .end, !board.isStopped {
      while !board.hasFreeSlot {
        guard let job = board.takeIfReady() else { break }
        run(job, with: &worker, in: bytes, board)
      }
      let job = board.freeSlot()
      let start = job.index == 0 ? 0 : desk.scan.scanner.state.offset
      let end = start + jobBytes
      repeat {
        stop = desk.fill(&job.batch, from: bytes, until: end)
      } while stop == .limit && desk.scan.scanner.state.offset < end
      job.context = desk.scan.scanner.context
      job.range = start..<(desk.facts.end.map { $0 + 1 } ?? desk.scan.scanner.state.offset)
      job.visible = desk.visible
      job.settled = desk.unpacking == nil ? 0 : desk.settled(in: bytes)
      job.checksum = desk.leavesChecksum ? 0 : nil
      board.post(job)
      options.progress?(desk.scan.scanner.state.offset)
    }
    board.close()
  }

  private func run<Worker: RecordWorker & ~Copyable>(
    _ job: Job, with worker: inout Worker, in range: RawSpan, _ board: JobBoard
  ) {
    let bytes = range.extracting(first: job.visible)
    if job.checksum != nil { job.checksum = CRC64.update(0, bytes.extracting(job.range)) }
    swap(&worker.output, &job.output)
    worker.output.drain = { board.writeThrough($0, of: job) }
    worker.beginPart(job.joint)
    do throws(JobFailure) {
      try worker.process(job.batch, in: bytes, context: job.context, notes: &job.notes)
    } catch {
      job.failure = error
    }
    worker.output.drain = nil
    swap(&worker.output, &job.output)
    board.finish(job)
  }
}
