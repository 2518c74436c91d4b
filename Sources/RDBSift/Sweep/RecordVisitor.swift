// A job that looks at records one by one: what it does with one and what it counts. The loop over a batch, the
// selection, the order of records and the merging of results are written once, in `VisitingWorker`.

package import Export
package import RDB
package import Restore

/// Where a visitor is.
package struct VisitContext: Sendable {
  /// What the file says about the meaning of types.
  package internal(set) var values = ValueContext()
  /// The number of the pattern that selected the record; nil if none did or there are none.
  package internal(set) var pattern: Int?
  /// The number of the file in the backup, from 0.
  package internal(set) var file = 0
  /// How far a salvaged record can be relied on; nil where that is no question.
  package internal(set) var confidence: Confidence?

  /// Whose format the file is in.
  package var dialect: RDBDialect { values.dialect }
}

/// Looks at records one by one, on one thread.
package protocol RecordVisitor: ~Copyable, SendableMetatype {
  /// What it has counted.
  associatedtype Summary: Mergeable & Sendable

  /// Whether records that are not restored are visited too.
  static var visitsSkipped: Bool { get }
  /// Whether all records have to come to one visitor, in the file's order.
  static var needsOrder: Bool { get }

  /// Exchanges the buffer that the visitor writes to for another; one that only reads has none.
  mutating func exchange(_ output: inout OutputBuffer)

  /// Before the first record of a part of the output whose predecessor another visitor may have made.
  mutating func beginPart()

  /// Before the records of a batch.
  ///
  /// - Parameter bytes: The file, as far as it has arrived; records and events lie in it.
  mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan)

  /// Looks at an opcode that stands between records.
  mutating func visit(_ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext)

  /// Looks at a record.
  /// - Throws: What ends the job.
  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure)

  /// Behind the records of a batch, and before what ended the job, if anything did.
  /// - Throws: What ends the job.
  mutating func end(_ bytes: RawSpan, _ context: borrowing VisitContext) throws(JobFailure)

  /// What was counted.
  consuming func finish() -> Summary
}

extension RecordVisitor where Self: ~Copyable {
  /// Most look at restored records only.
  package static var visitsSkipped: Bool { false }
  /// Most records do not depend on others.
  package static var needsOrder: Bool { false }
  /// Most write nothing.
  package mutating func exchange(_ output: inout OutputBuffer) {}
  /// Most carry nothing from one record to the next.
  package mutating func beginPart() {}
  /// Most need nothing of a batch as a whole.
  package mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan) {}
  /// Most put nothing off.
  package mutating func end(
    _ bytes: RawSpan, _ context: borrowing VisitContext
  ) throws(JobFailure) {}
  /// Most are about keys.
  package mutating func visit(
    _ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext
  ) {}
}

/// The one loop over the records of a batch.
struct VisitingWorker<Visitor: RecordVisitor & ~Copyable>: BatchWorker, ~Copyable {
  private var visitor: Visitor
  private var selector: RecordSelector
  private var keys: KeyCollector?
  private let file: Int
  private var confidence: Confidence?
  private var restored: UInt64 = 0

  init(
    _ visitor: consuming Visitor, _ selection: Selection, file: Int,
    keys: consuming KeyCollector?
  ) {
    self.visitor = visitor
    self.keys = keys
    self.file = file
    selector = RecordSelector(selection)
  }

  var needsOrder: Bool { Visitor.needsOrder || selector.needsOrder }

  mutating func exchange(_ output: inout OutputBuffer) { visitor.exchange(&output) }

  mutating func beginPart(_ boundary: OutputBoundary) { visitor.beginPart() }

  mutating func mark(_ confidence: Confidence?) { self.confidence = confidence }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) throws(JobFailure) {
    // Not a property: it would be copied for every record.
    var context = VisitContext()
    context.values = values
    context.file = file
    context.confidence = confidence
    visitor.begin(batch, in: bytes)
    let failure = visitAll(of: batch, in: bytes, &context)
    // What came before a failure is worked on as ever.
    try visitor.end(bytes, context)
    if let failure { throw failure }
  }

  private mutating func visitAll(
    of batch: borrowing RecordBatch, in bytes: RawSpan, _ context: inout VisitContext
  ) -> JobFailure? {
    var next = 0
    do throws(JobFailure) {
      try batch.withRecords { records throws(JobFailure) in
        for index in records.indices {
          while next < batch.events.count, batch.events[next].index <= index {
            visitor.visit(batch.events[next].event, in: bytes, context)
            next &+= 1
          }
          try visit(records[index], in: bytes, &context)
        }
      }
    } catch {
      return error
    }
    for (_, event) in batch.events[next...] { visitor.visit(event, in: bytes, context) }
    return nil
  }

  @inline(__always)
  private mutating func visit(
    _ record: RDBRecord, in bytes: RawSpan, _ context: inout VisitContext
  ) throws(JobFailure) {
    let disposition = try selector.disposition(of: record, in: bytes, context: context.values)
    var isRestored = false
    if case .restore = disposition { isRestored = true }
    restored &+= isRestored ? 1 : 0
    if keys != nil { keys?.add(record, in: bytes, isRestored: isRestored) }
    guard isRestored || Visitor.visitsSkipped else { return }
    context.pattern = selector.lastMatch
    try visitor.visit(record, disposition, in: bytes, context)
  }

  consuming func finish() -> WorkerResult<Visitor.Summary> {
    WorkerResult(summary: visitor.finish(), restored: restored, keys: keys?.finish())
  }
}
