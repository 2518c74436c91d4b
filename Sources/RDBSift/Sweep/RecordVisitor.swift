// A job that visits records one by one. `VisitingWorker` has the loop over a batch, the selection and the order
// of records.

package import Export
package import RDB
package import Restore

/// The context of a visit.
package struct VisitContext: Sendable {
  /// The context for decoding values.
  package internal(set) var values = ValueContext()
  /// The number of the pattern that selected the record; nil if none did.
  package internal(set) var pattern: Int?
  /// The number of the file in the backup, from 0.
  package internal(set) var file = 0
  /// The confidence in a salvaged record; nil outside of salvage.
  package internal(set) var confidence: Confidence?
  /// The offset of the gap that a partial record was made of; nil for a record of the file.
  package internal(set) var gap: Int?

  /// The dialect of the file.
  package var dialect: RDBDialect { values.dialect }

  /// What identifies a record in its file.
  func identity(of record: RDBRecord) -> Int { gap ?? record.start }
}

/// Visits records one by one, on one thread.
package protocol RecordVisitor: ~Copyable, SendableMetatype {
  /// The counts.
  associatedtype Summary: Mergeable & Sendable

  /// Whether skipped records are visited too.
  static var visitsSkipped: Bool { get }
  /// Whether one visitor must see all records in file order.
  static var needsOrder: Bool { get }

  /// Whether it reads more of a value than its first bytes.
  var readsValues: Bool { get }

  /// Exchanges the output buffer; a visitor that only reads has none.
  mutating func exchange(_ output: inout OutputBuffer)

  /// Begins a part of the output; another visitor may have written the part before.
  mutating func beginPart()

  /// Begins a batch.
  ///
  /// - Parameters:
  ///   - batch: The records and events that follow.
  ///   - bytes: The file as far as it has arrived; records and events have offsets in it.
  mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan)

  /// Visits an opcode between records.
  mutating func visit(_ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext)

  /// Visits a record.
  /// - Throws: A failure that ends the job.
  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure)

  /// Ends a batch, also if a failure ended it early.
  /// - Throws: A failure that ends the job.
  mutating func end(_ bytes: RawSpan, _ context: borrowing VisitContext) throws(JobFailure)

  /// Returns the counts.
  consuming func finish() -> Summary
}

extension RecordVisitor where Self: ~Copyable {
  /// By default, only restored records are visited.
  package static var visitsSkipped: Bool { false }
  /// By default, any visitor may see any record.
  package static var needsOrder: Bool { false }
  /// By default, a visitor may read values.
  package var readsValues: Bool { true }
  /// By default, a visitor writes nothing.
  package mutating func exchange(_ output: inout OutputBuffer) {}
  /// By default, does nothing.
  package mutating func beginPart() {}
  /// By default, does nothing.
  package mutating func begin(_ batch: borrowing RecordBatch, in bytes: RawSpan) {}
  /// By default, does nothing.
  package mutating func end(
    _ bytes: RawSpan, _ context: borrowing VisitContext
  ) throws(JobFailure) {}
  /// By default, ignores opcodes.
  package mutating func visit(
    _ event: RDBEvent, in bytes: RawSpan, _ context: borrowing VisitContext
  ) {}
}

/// Passes the records of each batch to a visitor.
struct VisitingWorker<Visitor: RecordVisitor & ~Copyable>: BatchWorker, ~Copyable {
  private var visitor: Visitor
  private var selector: RecordSelector
  private var keys: KeyCollector?
  private let file: Int
  private var confidence: Confidence?
  private var gap: Int?
  private var restored: UInt64 = 0

  init(
    _ visitor: consuming Visitor, _ selection: RestoreSelection, file: Int,
    keys: consuming KeyCollector?
  ) {
    self.visitor = visitor
    self.keys = keys
    self.file = file
    selector = RecordSelector(selection)
  }

  var needsOrder: Bool { Visitor.needsOrder || selector.needsOrder }
  var readsValues: Bool { visitor.readsValues || selector.readsValues }

  mutating func exchange(_ output: inout OutputBuffer) { visitor.exchange(&output) }

  mutating func beginPart(_ boundary: OutputBoundary) { visitor.beginPart() }

  mutating func mark(_ confidence: Confidence?, gap: Int?) {
    self.confidence = confidence
    self.gap = gap
  }

  mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, _ values: ValueContext,
    _ notes: inout NoteList
  ) throws(JobFailure) {
    // A property would be copied for every record.
    var context = VisitContext()
    context.values = values
    context.file = file
    context.confidence = confidence
    context.gap = gap
    visitor.begin(batch, in: bytes)
    let failure = visitAll(of: batch, in: bytes, &context)
    // Finish the records before a failure.
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
