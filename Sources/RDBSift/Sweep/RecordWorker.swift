// What a job does with records. A job is written once, as a worker; the sweep runs one worker, or
// one per thread, and the bytes come out the same.

package import Export
package import RDB

/// Takes batches of records, one after the other, and writes what it makes of them.
package protocol RecordWorker: ~Copyable, SendableMetatype {
  /// What a worker has counted, added up over all workers when the sweep ends.
  associatedtype Summary: Sendable

  /// Where a worker writes. It is emptied, or taken, between batches.
  var output: OutputBuffer { get set }

  /// Whether all records have to come to one worker, in the file's order.
  ///
  /// The file is then gone through by one thread.
  var needsOrder: Bool { get }

  /// Before the first record of a part whose predecessor another worker may have had.
  ///
  /// `joint` is where the worker leaves what has to be known to join the part with the one before.
  mutating func beginPart(_ joint: PartJoint)

  /// Does the work on a batch, whose records are in `bytes`.
  /// - Throws: What ends the job. What was written before it is kept.
  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure)

  /// What was counted.
  consuming func finish() -> Summary
}

extension RecordWorker where Self: ~Copyable {
  /// Most work does not depend on other records.
  package var needsOrder: Bool { false }

  /// Most workers carry nothing from one record to the next.
  package mutating func beginPart(_ joint: PartJoint) {}
}

/// What has to be known of a part to join it with the one before.
package final class PartJoint: @unchecked Sendable {
  // Unchecked: it belongs to one job, and a job to one thread at a time.

  /// The database that the part's commands begin in, if it has any.
  package var firstDatabase: UInt32?
  /// The database that they end in.
  package var lastDatabase: UInt32?
  /// Whether whatever follows has to select its database, whichever it is.
  package var forgetsDatabase = false

  /// Makes a joint of a part without commands.
  package init() {}

  /// Makes it that of a part without commands again.
  func reset() {
    firstDatabase = nil
    lastDatabase = nil
    forgetsDatabase = false
  }
}
