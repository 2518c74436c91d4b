// The job of `show`: the records of a key, wherever they are.

package import Export
package import RDB
package import Restore

/// The records that were found, and what their meaning depends on.
package struct LookupSummary: Sendable {
  /// The first records of the key, in the file's order.
  package var records: [RDBRecord] = []
  /// Records of the key.
  package var count: UInt64 = 0
  /// What the file says that their meaning depends on.
  package var context = ValueContext()

  /// Makes a summary of nothing.
  package init() {}

  /// Adds another thread's summary.
  package mutating func merge(_ other: LookupSummary) {
    records = Array(
      (records + other.records).sorted { $0.offset < $1.offset }.prefix(LookupWorker.limit))
    count += other.count
    if !other.records.isEmpty { context = other.context }
  }
}

/// Finds the records of a key.
package struct LookupWorker: RecordWorker, ~Copyable {
  /// Records that are kept.
  package static let limit = 100

  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private let onlyEmptyKey: Bool
  /// A byte that the record has to hold.
  private let offset: Int?
  private var summary = LookupSummary()

  /// Makes a worker for one thread.
  ///
  /// No pattern describes the empty key, so it is asked for by itself; so is the record that a byte
  /// of the file belongs to.
  package init(_ selection: Selection, onlyEmptyKey: Bool = false, at offset: Int? = nil) {
    selector = RecordSelector(selection)
    self.onlyEmptyKey = onlyEmptyKey
    self.offset = offset
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Looks.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, context: context)
      guard case .restore = answer, !onlyEmptyKey || record.keyCount == 0 else { continue }
      if let offset, offset < record.start || offset >= record.end { continue }
      summary.count &+= 1
      guard summary.records.count < LookupWorker.limit else { continue }
      summary.records.append(record)
      summary.context = context
    }
  }

  /// What was found.
  package consuming func finish() -> LookupSummary { summary }
}
