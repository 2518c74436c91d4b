// The job of `show`: the records of a key, wherever they are.

package import RDB
package import Restore

/// The records that were found, and what their meaning depends on.
package struct LookupSummary: Mergeable, Sendable {
  /// Records that are kept.
  package static let limit = 100

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
      (records + other.records).sorted { $0.offset < $1.offset }.prefix(LookupSummary.limit))
    count += other.count
    if !other.records.isEmpty { context = other.context }
  }
}

/// Looks for the records of a key.
struct LookupVisitor: RecordVisitor, ~Copyable {
  private let request: LookupRequest
  private var summary = LookupSummary()

  init(_ request: LookupRequest) { self.request = request }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    if request.onlyEmptyKey, record.keyCount > 0 { return }
    if let offset = request.offset, offset < record.start || offset >= record.end { return }
    summary.count &+= 1
    guard summary.records.count < LookupSummary.limit else { return }
    summary.records.append(record)
    summary.context = context.values
  }

  consuming func finish() -> LookupSummary { summary }
}

/// What is looked for beside what the selection says.
package struct LookupRequest: Sendable {
  /// Whether only the empty key counts, which no pattern describes.
  package var onlyEmptyKey = false
  /// A byte of the file that the record has to hold.
  package var offset: Int?

  /// Asks for whatever is selected.
  package init() {}
}

extension Backup {
  /// Looks for the records of a key, in each file.
  package func lookUp(
    _ selection: Selection, _ request: LookupRequest
  ) -> BackupResult<LookupSummary> {
    sweep(SweepRequest("looking", selection)) { _ in LookupVisitor(request) }
  }
}
