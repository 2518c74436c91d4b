// Who does what next, and whose output is written next.
//
// A job goes from free to posted to taken to finished to free again. `turn` is the index of the job
// whose output comes next. One thread at a time is the writer: it writes finished jobs while it is
// their turn. A job that outgrows its buffer waits for its turn, becomes the writer and writes
// through, so memory is bounded by slots and not by the largest key.

import Dispatch
import Export
import RDB
import Synchronization

/// A batch on its way through the pool, and the room for its output.
final class Job: @unchecked Sendable {
  // Unchecked: it belongs to one thread at a time; the queue hands it on under its lock.
  var index = 0
  var batch: RecordBatch
  var context = ValueContext()
  var output = OutputBuffer(capacity: 1 << 16)
  var notes = NoteList()
  let boundary = OutputBoundary()
  var failure: JobFailure?
  /// The bytes that the job's records and what stands between them take.
  var range = 0..<0
  /// Bytes of the file that were there when the job was filled.
  var visible = 0
  /// The first byte that what comes behind the job needs.
  var settled = 0
  /// The checksum of those bytes, if threads are to make it.
  var checksum: UInt64?
  /// Whether part of the output was already written.
  var isBegun = false
  /// Whether the thread that runs the job is the writer.
  var isWriter = false

  /// A job whose output passes this waits for its turn; most are far below it.
  static let outputMark = 2 << 20
  /// Room for output that a free job keeps: enough for most, so that they need no fresh pages.
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
/// All of its calls may come from any thread.
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
  /// Where the bytes of jobs come from, if they are to be given back.
  private let unpacking: Unpacking?

  init(slots: Int, records: Int, output: RecordOutput, unpacking: Unpacking? = nil) {
    self.output = output
    self.unpacking = unpacking
    // A semaphore may not be released below the value it was made with, so it is raised to it.
    freeCount = DispatchSemaphore(value: 0)
    state.withLock { state in
      for _ in 0..<slots { state.free.append(Job(records: records)) }
    }
    for _ in 0..<slots { freeCount.signal() }
  }

  /// What ended the sweep, if a job or the output did.
  var failure: JobFailure? { state.withLock { $0.failure } }
  /// Notes of all jobs that were written, in the file's order.
  var notes: NoteList { state.withLock { $0.notes } }
  /// The checksum of the bytes of all jobs, if threads made it.
  var checksum: UInt64 { state.withLock { $0.checksum } }
  /// Whether there is no point in going on.
  var isStopped: Bool { state.withLock { $0.failure != nil } }
  /// Whether a slot can be had without waiting.
  var hasFreeSlot: Bool { state.withLock { !$0.free.isEmpty } }

  /// An empty job; waits for one.
  func freeSlot() -> Job {
    freeCount.wait()
    return state.withLock { state in
      let job = state.free.removeLast()
      job.index = state.nextIndex
      state.nextIndex += 1
      return job
    }
  }

  /// Offers a filled job to all threads.
  func post(_ job: Job) {
    state.withLock { $0.posted.append(job) }
    postedCount.signal()
  }

  /// Says that no more jobs will come.
  func close() {
    state.withLock { $0.isClosed = true }
    postedCount.signal()
  }

  /// The oldest posted job; waits for one.
  ///
  /// Nil when there will be none.
  func take() -> Job? {
    postedCount.wait()
    let job = state.withLock { $0.posted.isEmpty ? nil : $0.posted.removeFirst() }
    // Empty-handed means closed: wake the next thread to see it too.
    if job == nil { postedCount.signal() }
    return job
  }

  /// The oldest posted job, if there is one.
  func takeIfReady() -> Job? {
    guard postedCount.wait(timeout: .now()) == .success else { return nil }
    return state.withLock { $0.posted.isEmpty ? nil : $0.posted.removeFirst() }
  }

  /// Ends the sweep for a reason that no job has.
  func fail(_ failure: JobFailure) {
    state.withLock { $0.failure = $0.failure ?? failure }
  }

  /// Writes bytes of a job that is not finished, once it is its turn.
  func writeThrough(_ bytes: RawSpan, of job: Job) {
    becomeWriter(for: job)
    guard !isStopped else { return }
    if !job.isBegun {
      job.isBegun = true
      output.begin(job.boundary)
    }
    output.write(bytes)
  }

  /// Takes back a job whose work is done, and writes what it is time to write.
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

  /// Writes the output of a finished job whose turn it is; only the writer calls it.
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
  /// The next one to write, or nil where another thread goes on.
  private func passTurn(after job: Job) -> Job? {
    // All jobs before this one were written too.
    unpacking?.release(before: job.settled)
    job.reset()
    let next: Job? = state.withLock { state in
      state.free.append(job)
      state.turn += 1
      if let finished = state.finished.removeValue(forKey: state.turn) { return finished }
      if let waiting = state.waiting.removeValue(forKey: state.turn) {
        // The writer's place passes to the thread that waits.
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
