// The worker of one thread of a sweep: `VisitingWorker` or `WritingWorker`.

import Export
import RDB

/// The result of one thread.
struct WorkerResult<Summary: Mergeable & Sendable>: Mergeable, Sendable {
  var summary: Summary
  /// The number of restored keys.
  var restored: UInt64
  /// The collected keys, if the sweep compares keys.
  var keys: CollectedKeys?

  mutating func merge(_ other: WorkerResult) {
    summary.merge(other.summary)
    restored &+= other.restored
    if let more = other.keys { keys?.merge(more) }
  }
}

/// Processes batches of records.
protocol BatchWorker: ~Copyable, SendableMetatype {
  associatedtype Summary: Mergeable & Sendable

  /// Whether one worker must process all batches; one thread then reads the file.
  var needsOrder: Bool { get }

  /// Whether it reads more of a value than its first bytes.
  var readsValues: Bool { get }

  /// Exchanges the output buffer; a worker that only reads has none.
  mutating func exchange(_ output: inout OutputBuffer)

  /// Begins a part of the output; another worker may have written the part before.
  mutating func beginPart(_ boundary: OutputBoundary)

  /// Sets the confidence of the salvaged records that follow, and the offset of the gap that they were
  /// made of, if they are partial.
  mutating func mark(_ confidence: Confidence?, gap: Int?)

  /// Processes a batch with records in `bytes`.
  /// - Throws: A failure that ends the job; earlier output is kept.
  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) throws(JobFailure)

  /// Returns the result.
  consuming func finish() -> WorkerResult<Summary>
}

extension BatchWorker where Self: ~Copyable {
  var readsValues: Bool { true }
  mutating func exchange(_ output: inout OutputBuffer) {}
  mutating func beginPart(_ boundary: OutputBoundary) {}
  mutating func mark(_ confidence: Confidence?, gap: Int?) {}
}
