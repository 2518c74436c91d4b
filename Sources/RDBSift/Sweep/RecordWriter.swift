// A job that writes. What becomes of the records of a batch is decided first, so that a format's own loop
// can write runs of like records with room made once. Deciding and counting is done in `WritingWorker`.

package import Export
package import RDB
package import Restore

/// What a writer needs to know beside the records of a batch.
package struct WriteContext: Sendable {
  /// What the file says about the meaning of types.
  package internal(set) var values = ValueContext()
  /// Opcodes between the records, each with the number of the record that it precedes.
  package internal(set) var events: [(index: Int, event: RDBEvent)] = []
  /// How far the salvaged records can be relied on; nil where that is no question.
  package internal(set) var confidence: Confidence?

  /// Whose format the file is in.
  package var dialect: RDBDialect { values.dialect }
}

/// Writes selected records in one format, on one thread.
package protocol RecordWriter: ~Copyable, SendableMetatype {
  /// What it has counted beside the keys that it wrote.
  associatedtype Summary: Mergeable & Sendable

  /// Whether what becomes of keys is counted by pattern, database and type.
  static var countsOutcome: Bool { get }

  /// Where it writes. It is emptied, or exchanged for another, between batches.
  var output: OutputBuffer { get set }
  /// Keys that were written so far.
  var written: UInt64 { get }

  /// Before the first record of a part of the output, whose predecessor another writer may have made.
  ///
  /// - Parameters:
  ///   - part: The number of the file that the part belongs to, from 0, where there are several.
  ///   - boundary: Where the writer leaves what has to be known to join the part with the one before.
  mutating func begin(part: Int, _ boundary: OutputBoundary)

  /// Writes the records whose action says so.
  /// - Throws: What ends the job. What was written before it is kept.
  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure)

  /// What was counted.
  consuming func finish() -> Summary
}

extension RecordWriter where Self: ~Copyable {
  /// Exports say what became of every key.
  package static var countsOutcome: Bool { true }
  /// Many carry nothing from one record to the next.
  package mutating func begin(part: Int, _ boundary: OutputBoundary) {}
}

/// What writing did.
package struct WriteSummary<Detail: Mergeable & Sendable>: Mergeable, Sendable {
  /// What became of the keys.
  package var tally: PlanTally
  /// Keys that were written.
  package var written: UInt64
  /// What the format counts by itself.
  package var detail: Detail

  /// Adds another thread's summary.
  package mutating func merge(_ other: WriteSummary) {
    tally.merge(other.tally)
    written &+= other.written
    detail.merge(other.detail)
  }
}

/// Decides what becomes of the records of a batch, and has those that are restored written.
struct WritingWorker<Writer: RecordWriter & ~Copyable>: BatchWorker, ~Copyable {
  private var writer: Writer
  private var selector: RecordSelector
  private var tally: RunningTally
  private var context = WriteContext()
  /// What becomes of the records of the batch at hand.
  private var actions: [RecordAction] = []

  init(_ writer: consuming Writer, _ selection: Selection) {
    self.writer = writer
    selector = RecordSelector(selection)
    tally = RunningTally(patternCount: selection.filter.keys.patterns.count)
  }

  /// A limit counts records, so they all have to come here.
  var needsOrder: Bool { selector.needsOrder }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&writer.output, &output) }

  mutating func beginPart(_ boundary: OutputBoundary) { writer.begin(part: 0, boundary) }

  mutating func mark(_ confidence: Confidence?) { context.confidence = confidence }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) throws(JobFailure) {
    context.values = values
    context.events = batch.events
    // Taken out while it is lent beside the writer.
    var actions: [RecordAction] = []
    swap(&actions, &self.actions)
    defer { swap(&actions, &self.actions) }
    try batch.withRecords { records throws(JobFailure) in
      let (decided, failure) = decide(records, in: bytes, into: &actions)
      if failure != nil { context.events.removeAll { $0.index > decided } }
      try writer.write(
        records.extracting(first: decided), actions.span.extracting(first: decided), in: bytes,
        context, &notes)
      if let failure { throw failure }
    }
  }

  /// Decides what becomes of records: of how many, and what kept the next from it.
  @inline(__always)
  private mutating func decide(
    _ records: Span<RDBRecord>, in bytes: RawSpan, into actions: inout [RecordAction]
  ) -> (decided: Int, failure: JobFailure?) {
    selector.decide(records, in: bytes, context: context.values, into: &actions) {
      if Writer.countsOutcome { tally.add($0, $1, pattern: $2, in: context.dialect) }
    }
  }

  consuming func finish() -> WorkerResult<WriteSummary<Writer.Summary>> {
    let written = writer.written
    let tally = tally.total()
    return WorkerResult(
      summary: WriteSummary(tally: tally, written: written, detail: writer.finish()),
      restored: Writer.countsOutcome ? tally.restored.keys : written, keys: nil)
  }
}
