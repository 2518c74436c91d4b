// What a thread of a sweep runs: one of the two loops over a batch, that of visitors and that of writers.

import Export
import RDB

/// What one thread brought home.
struct WorkerResult<Summary: Mergeable & Sendable>: Mergeable, Sendable {
  var summary: Summary
  /// Keys that the selection restores.
  var restored: UInt64
  /// Which keys there are, where they are compared with those of other files.
  var keys: CollectedKeys?

  mutating func merge(_ other: WorkerResult) {
    summary.merge(other.summary)
    restored &+= other.restored
    if let more = other.keys { keys?.merge(more) }
  }
}

/// Takes batches of records, one after the other.
protocol BatchWorker: ~Copyable, SendableMetatype {
  associatedtype Summary: Mergeable & Sendable

  /// Whether all batches have to come to one worker: the file is then read by one thread.
  var needsOrder: Bool { get }

  /// Exchanges the buffer that the worker writes to for another; one that only reads has none.
  mutating func exchange(_ output: inout OutputBuffer)

  /// Before the first record of a part whose predecessor another worker may have had.
  mutating func beginPart(_ boundary: OutputBoundary)

  /// Says how far the salvaged records that come next can be relied on.
  mutating func mark(_ confidence: Confidence?)

  /// Does the work on a batch, whose records lie in `bytes`.
  /// - Throws: What ends the job. What was written before it is kept.
  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) throws(JobFailure)

  /// What was counted.
  consuming func finish() -> WorkerResult<Summary>
}

extension BatchWorker where Self: ~Copyable {
  mutating func exchange(_ output: inout OutputBuffer) {}
  mutating func beginPart(_ boundary: OutputBoundary) {}
  mutating func mark(_ confidence: Confidence?) {}
}
