// The job of `info`: what is in the file, by database, type and encoding.

package import Export
package import RDB
package import Restore

/// What distinguishes one kind of key from another.
package struct Kind: Hashable, Sendable {
  /// The database.
  package var database: UInt32
  /// What the value is.
  package var shape: ValueShape
  /// How it is laid out.
  package var encoding: ValueEncoding
  /// The module, if it is one's.
  package var module: ModuleID?
}

/// What an inspection counted.
package struct InspectionSummary: Sendable {
  /// The keys that are selected.
  private var tally: RecordTally
  /// Keys that the selection leaves out.
  package private(set) var leftOut: UInt64 = 0

  /// Makes a summary of a tally.
  package init(_ tally: RecordTally) { self.tally = tally }

  /// Keys by kind.
  package var kinds: [Kind: RecordCount] {
    var kinds: [Kind: RecordCount] = [:]
    for (kind, count) in tally.kinds { kinds[Kind(kind), default: RecordCount()].merge(count) }
    return kinds
  }

  /// The earliest expiry.
  package var firstExpiry: UnixMilliseconds? { tally.firstExpiry }
  /// The latest expiry.
  package var lastExpiry: UnixMilliseconds? { tally.lastExpiry }
  /// Keys whose expiry is past at the moment that was handed in.
  package var expired: UInt64 { tally.expired }

  mutating func add(
    _ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect
  ) {
    tally.add(record, in: bytes, dialect)
  }

  mutating func leaveOut() { leftOut &+= 1 }

  /// Adds another thread's summary.
  package mutating func merge(_ other: InspectionSummary) {
    tally.merge(other.tally)
    leftOut += other.leftOut
  }
}

extension Kind {
  fileprivate init(_ kind: RecordKind) {
    self.init(
      database: kind.database, shape: kind.shape, encoding: kind.encoding, module: kind.module)
  }
}

/// Counts the keys of a selection by kind.
package struct InspectionWorker: RecordWorker, ~Copyable {
  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private var summary: InspectionSummary

  /// Makes a worker for one thread; `selection.now` is the moment that decides what has expired.
  package init(_ selection: Selection) {
    selector = RecordSelector(selection)
    summary = InspectionSummary(RecordTally(moment: selection.now))
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Counts.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      if case .restore = answer {
        summary.add(record, in: bytes, context.dialect)
      } else {
        summary.leaveOut()
      }
    }
  }

  /// What was counted.
  package consuming func finish() -> InspectionSummary { summary }
}
