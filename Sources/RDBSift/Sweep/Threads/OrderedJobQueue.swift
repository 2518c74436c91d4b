// Distributes jobs to threads and writes their output in order.
//
// A job goes from free to posted to taken to finished to free again. `turn` is the index of the job whose
// output comes next. One thread at a time is the writer: it writes finished jobs in order. A job that
// outgrows its buffer waits for its turn, becomes the writer and writes directly, so memory is bounded by
// the number of slots and not by the largest key.

import Dispatch
import Export
import RDB
import Synchronization

/// A batch of records with the buffer for its output.
final class Job: @unchecked Sendable {
  // Unchecked: one thread owns it at a time; the queue passes it on under its lock.
  var index = 0
  var batch: RecordBatch
  var context = ValueContext()
  var output = OutputBuffer(capacity: 1 << 16)
  var notes = NoteList()
  let boundary = OutputBoundary()
  var failure: JobFailure?
  /// The byte range of the records and the opcodes between them.
  var range = 0..<0
  /// Bytes of the file that had arrived when the job was filled.
  var visible = 0
  /// The first byte that later jobs need.
  var settled = 0
  /// The checksum of `range`, if the workers compute it.
  var checksum: UInt64?
  /// Whether a part of the output was written.
  var isBegun = false
  /// Whether the thread that runs the job is the writer.
  var isWriter = false

  /// A job with more output waits for its turn; most are far below.
  static let outputMark = 2 << 20
  /// Buffer capacity that a free job keeps: enough for most jobs to need no fresh pages.
  private static let outputKept = 4 << 20

  init(records: Int) {
    batch = RecordBatch(capacity: records)
    output.mark = Job.outputMark
  }

  func reset() {
    batch.removeAll()
    output.removeAll(keepingAtMost: Job.outputKept)
    notes = NoteList()
    boundary.reset()
    failure = nil
    checksum = nil
    isBegun = false
    isWriter = false
  }
}

/// The jobs of one sweep.
///
/// Any thread may call any method.
final class OrderedJobQueue: Sendable {
  private struct State {
    var free: [Job] = []
    var posted: [Job] = []
    var finished: [Int: Job] = [:]
    var nextIndex = 0
    var turn = 0
    var hasWriter = false
    /// The thread that waits to become the writer, by the job it runs.
    var waiting: [Int: DispatchSemaphore] = [:]
    var isClosed = false
    var failure: JobFailure?
    var notes = NoteList()
    /// The checksum of all jobs that were written.
    var checksum: UInt64 = 0
  }

  private let state = Mutex(State())
  /// Counts free slots.
  private let freeCount: DispatchSemaphore
  /// Counts posted jobs; signalled once more for each thread when no more will come.
  private let postedCount = DispatchSemaphore(value: 0)
  private let output: RecordOutput
  /// Unpacks the bytes of the jobs; written bytes are released to it.
  private let unpacking: Unpacking?

  init(slots: Int, records: Int, output: RecordOutput, unpacking: Unpacking? = nil) {
    self.output = output
    self.unpacking = unpacking
    // Dispatch traps if a semaphore is freed below its initial value, so that is 0.
    freeCount = DispatchSemaphore(value: 0)
    state.withLock { state in
      for _ in 0..<slots { state.free.append(Job(records: records)) }
    }
    for _ in 0..<slots { freeCount.signal() }
  }

  /// The failure of a job or of the output, if any.
  var failure: JobFailure? { state.withLock { $0.failure } }
  /// Notes of all written jobs, in file order.
  var notes: NoteList { state.withLock { $0.notes } }
  /// The checksum of the bytes of all jobs, if the workers compute it.
  var checksum: UInt64 { state.withLock { $0.checksum } }
  /// Whether the sweep has failed.
  var isStopped: Bool { state.withLock { $0.failure != nil } }
  /// Whether a job is free.
  var hasFreeSlot: Bool { state.withLock { !$0.free.isEmpty } }

  /// Waits for an empty job.
  func freeSlot() -> Job {
    freeCount.wait()
    return state.withLock { state in
      let job = state.free.removeLast()
      job.index = state.nextIndex
      state.nextIndex += 1
      return job
    }
  }

  /// Posts a filled job for any thread.
  func post(_ job: Job) {
    state.withLock { $0.posted.append(job) }
    postedCount.signal()
  }

  /// Closes the queue; no more jobs will be posted.
  func close() {
    state.withLock { $0.isClosed = true }
    postedCount.signal()
  }

  /// Waits for the oldest posted job; nil once the queue is closed and empty.
  func take() -> Job? {
    postedCount.wait()
    let job = state.withLock { $0.posted.isEmpty ? nil : $0.posted.removeFirst() }
    // The queue is closed: wake the next thread.
    if job == nil { postedCount.signal() }
    return job
  }

  /// The oldest posted job, or nil.
  func takeIfReady() -> Job? {
    guard postedCount.wait(timeout: .now()) == .success else { return nil }
    return state.withLock { $0.posted.isEmpty ? nil : $0.posted.removeFirst() }
  }

  /// Ends the sweep with a failure outside of any job.
  func fail(_ failure: JobFailure) {
    state.withLock { $0.failure = $0.failure ?? failure }
  }

  /// Waits for the turn of an unfinished job and writes its bytes.
  func writeThrough(_ bytes: RawSpan, of job: Job) {
    becomeWriter(for: job)
    guard !isStopped else { return }
    if !job.isBegun {
      job.isBegun = true
      output.begin(job.boundary)
    }
    output.write(bytes)
  }

  /// Finishes a job, and writes all finished jobs whose turn it is.
  func finish(_ job: Job) {
    let isTurn = state.withLock { state in
      if job.isWriter { return true }
      state.finished[job.index] = job
      guard !state.hasWriter, state.turn == job.index else { return false }
      state.hasWriter = true
      state.finished[job.index] = nil
      return true
    }
    var next: Job? = isTurn ? job : nil
    while let current = next {
      write(current)
      next = passTurn(after: current)
    }
  }

  private func becomeWriter(for job: Job) {
    guard !job.isWriter else { return }
    let wait: DispatchSemaphore? = state.withLock { state in
      if !state.hasWriter, state.turn == job.index {
        state.hasWriter = true
        return nil
      }
      let semaphore = DispatchSemaphore(value: 0)
      state.waiting[job.index] = semaphore
      return semaphore
    }
    wait?.wait()
    job.isWriter = true
  }

  /// Writes the output of a finished job; only the writer calls it.
  private func write(_ job: Job) {
    guard !isStopped else { return }
    if !job.isBegun, job.output.count > 0 { output.begin(job.boundary) }
    job.output.withBytes { output.write($0) }
    output.end(job.boundary)
    let failure = job.failure ?? output.failure.map { JobFailure.system($0) }
    state.withLock { state in
      if let checksum = job.checksum {
        state.checksum = CRC64.combine(state.checksum, checksum, count: job.range.count)
      }
      state.notes.append(job.notes)
      state.failure = state.failure ?? failure
    }
  }

  /// Frees a written job.
  ///
  /// Returns the next job to write, or nil if another thread continues.
  private func passTurn(after job: Job) -> Job? {
    // All earlier jobs were written too.
    unpacking?.release(before: job.settled)
    job.reset()
    let next: Job? = state.withLock { state in
      state.free.append(job)
      state.turn += 1
      if let finished = state.finished.removeValue(forKey: state.turn) { return finished }
      if let waiting = state.waiting.removeValue(forKey: state.turn) {
        // The waiting thread becomes the writer.
        waiting.signal()
      } else {
        state.hasWriter = false
      }
      return nil
    }
    freeCount.signal()
    return next
  }
}
