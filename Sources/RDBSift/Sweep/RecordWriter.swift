// A job that writes. `WritingWorker` first decides and counts all records of a batch, so that a format can write
// runs of similar records with one capacity check.

package import Export
package import RDB
package import Restore

/// The context of a batch to write.
package struct WriteContext: Sendable {
  /// The context for decoding values.
  package internal(set) var values = ValueContext()
  /// Opcodes between records, each with the index of the record that it precedes.
  package internal(set) var events: [(index: Int, event: RDBEvent)] = []
  /// Indexes of records of which only the expiry has changed, ascending.
  ///
  /// A format that cannot write an expiry by itself writes these records like all others.
  package internal(set) var expiryChanges: [Int] = []
  /// The confidence in salvaged records; nil outside of salvage.
  package internal(set) var confidence: Confidence?
  /// The offset of the gap that a partial record was made of; nil for a record of the file.
  package internal(set) var gap: Int?

  /// The dialect of the file.
  package var dialect: RDBDialect { values.dialect }

  /// What identifies a record in its file.
  func identity(of record: RDBRecord) -> Int { gap ?? record.start }
}

/// Writes selected records in one format, on one thread.
package protocol RecordWriter: ~Copyable, SendableMetatype {
  /// The counts of the format, in addition to the written keys.
  associatedtype Summary: Mergeable & Sendable

  /// Whether to count dispositions by pattern, database and type.
  static var countsOutcome: Bool { get }

  /// Whether it reads more of a value than its first bytes.
  var readsValues: Bool { get }

  /// The output buffer; it is emptied or exchanged between batches.
  var output: OutputBuffer { get set }
  /// Keys written so far.
  var written: UInt64 { get }

  /// Begins a part of the output; another writer may have written the part before.
  ///
  /// - Parameters:
  ///   - part: The number of the partition that the part belongs to, from 0.
  ///   - boundary: Receives the data needed to join the part with the one before.
  mutating func begin(part: Int, _ boundary: OutputBoundary)

  /// Writes the records whose action is `written`.
  /// - Throws: A failure that ends the job; earlier output is kept.
  mutating func write(
    _ records: Span<RDBRecord>, _ actions: Span<RecordAction>, in bytes: RawSpan,
    _ context: borrowing WriteContext, _ notes: inout NoteList
  ) throws(JobFailure)

  /// Returns the counts.
  consuming func finish() -> Summary
}

extension RecordWriter where Self: ~Copyable {
  /// By default, dispositions are counted.
  package static var countsOutcome: Bool { true }
  /// By default, a writer reads values.
  package var readsValues: Bool { true }
  /// By default, does nothing.
  package mutating func begin(part: Int, _ boundary: OutputBoundary) {}
}

/// The summary of a job that writes.
package struct WriteSummary<Detail: Mergeable & Sendable>: Mergeable, Sendable {
  /// Keys by disposition.
  package var tally: PlanTally
  /// The number of written keys.
  package var written: UInt64
  /// The counts of the format.
  package var detail: Detail
  /// How the keys differ from those of an old backup, if they were compared.
  package var comparison: ComparisonSummary?
  /// Written keys that have expired by now, which are written only on request.
  package var expired: UInt64 = 0

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: WriteSummary) {
    tally.merge(other.tally)
    written &+= other.written
    detail.merge(other.detail)
    comparison = [comparison, other.comparison].compactMap { $0 }.merged()
    expired &+= other.expired
  }
}

/// Decides the records of each batch and passes them to a writer.
struct WritingWorker<Writer: RecordWriter & ~Copyable>: BatchWorker, ~Copyable {
  private var writer: Writer
  private var selector: RecordSelector
  private var tally: RunLengthTally
  private var context = WriteContext()
  private var expired: UInt64 = 0
  /// Whether dispositions are counted: for the format, or to know patterns that select nothing.
  private let countsOutcome: Bool
  /// Expiries up to this one are counted as expired: now if expired keys are written, else none.
  private let expiredUntil: Int64
  /// The actions of the current batch.
  private var actions: [RecordAction] = []
  private let exclusions: Exclusions
  /// Compares the records with an old backup, to leave out those that have not changed.
  private var comparer: Comparer?
  private let hasComparer: Bool

  init(
    _ writer: consuming Writer, _ selection: RestoreSelection,
    _ exclusions: Exclusions = Exclusions(),
    comparer: consuming Comparer? = nil
  ) {
    self.writer = writer
    hasComparer = comparer != nil
    self.comparer = comparer
    self.exclusions = exclusions
    selector = RecordSelector(selection)
    expiredUntil = selection.keepsExpired ? selection.now.rawValue : .min
    countsOutcome = Writer.countsOutcome || !selection.filter.keys.selectsEverything
    tally = RunLengthTally(patternCount: selection.filter.keys.patterns.count)
  }

  /// A limit needs one worker to see all records.
  var needsOrder: Bool { selector.needsOrder }
  var readsValues: Bool { writer.readsValues || selector.readsValues || hasComparer }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&writer.output, &output) }

  mutating func beginPart(_ boundary: OutputBoundary) { writer.begin(part: 0, boundary) }

  mutating func mark(_ confidence: Confidence?, gap: Int?) {
    context.confidence = confidence
    context.gap = gap
  }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) throws(JobFailure) {
    context.values = values
    context.events = batch.events
    // Taken out to avoid overlapping access to `self`.
    var actions: [RecordAction] = []
    swap(&actions, &self.actions)
    defer { swap(&actions, &self.actions) }
    try batch.withRecords { records throws(JobFailure) in
      var (decided, failure) = decide(records, in: bytes, into: &actions)
      if comparer != nil, let damage = compare(records, &decided, &actions, in: bytes) {
        failure = damage
      }
      if failure != nil { context.events.removeAll { $0.index > decided } }
      if !exclusions.records.isEmpty {
        leaveOut(records.extracting(first: decided), of: &actions, in: bytes, &notes)
      }
      try writer.write(
        records.extracting(first: decided), actions.span.extracting(first: decided), in: bytes,
        context, &notes)
      if let failure { throw failure }
    }
  }

  /// Decides records; returns how many, and the failure that ended early.
  @inline(__always)
  private mutating func decide(
    _ records: Span<RDBRecord>, in bytes: RawSpan, into actions: inout [RecordAction]
  ) -> (decided: Int, failure: JobFailure?) {
    selector.decide(records, in: bytes, context: context.values, into: &actions) {
      if countsOutcome { tally.add($0, $1, pattern: $2, in: context.dialect) }
      if case .restore(let expiry?) = $1, expiry.rawValue <= expiredUntil { expired &+= 1 }
    }
  }

  /// Leaves out records that have not changed.
  ///
  /// - Returns: What ended it early; `decided` is then the number of records before the damage.
  private mutating func compare(
    _ records: Span<RDBRecord>, _ decided: inout Int, _ actions: inout [RecordAction],
    in bytes: RawSpan
  ) -> JobFailure? {
    let places = (0..<decided).filter { actions[$0].isWritten }
    var compared = places.map { ComparedRecord(records[$0], until: actions[$0].expiry) }
    let failure = comparer?.compare(&compared, in: bytes, context.values)
    if !context.expiryChanges.isEmpty { context.expiryChanges.removeAll(keepingCapacity: true) }
    for (place, record) in zip(places, compared) {
      if record.effect == .unchanged { actions[place] = .leftOut }
      if record.effect == .expiryChanged { context.expiryChanges.append(place) }
    }
    if compared.count < places.count { decided = places[compared.count] }
    return failure
  }

  /// Leaves out records that are excluded, and notes why.
  private func leaveOut(
    _ records: Span<RDBRecord>, of actions: inout [RecordAction], in bytes: RawSpan,
    _ notes: inout NoteList
  ) {
    for index in records.indices where actions[index].isWritten {
      let record = records[index]
      guard let kind = exclusions.records[context.identity(of: record)] else { continue }
      actions[index] = .leftOut
      notes.append(kind, record, in: bytes)
    }
  }

  consuming func finish() -> WorkerResult<WriteSummary<Writer.Summary>> {
    let written = writer.written
    let tally = tally.total()
    let comparison = comparer?.finish()
    return WorkerResult(
      summary: WriteSummary(
        tally: tally, written: written, detail: writer.finish(), comparison: comparison,
        expired: expired),
      restored: countsOutcome ? tally.restored.keys : written, keys: nil)
  }
}
