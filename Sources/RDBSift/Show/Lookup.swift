// `show`: finds the records of a key.

package import RDB
package import Restore

/// The found records, and the context for decoding them.
package struct LookupSummary: Mergeable, Sendable {
  /// The number of records to keep.
  let limit: Int
  /// The first records of the key, in file order.
  package var records: [RDBRecord] = []
  /// The number of records of the key.
  package var count: UInt64 = 0
  /// The context for decoding the records.
  package var context = ValueContext()

  /// Makes an empty summary.
  init(limit: Int) { self.limit = limit }

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: LookupSummary) {
    records = Array(
      (records + other.records).sorted { $0.offset < $1.offset }.prefix(limit))
    count += other.count
    if !other.records.isEmpty { context = other.context }
  }
}

/// Finds the records of a key.
struct LookupVisitor: RecordVisitor, ~Copyable {
  private let request: LookupRequest
  private var summary: LookupSummary

  init(_ request: LookupRequest) {
    self.request = request
    summary = LookupSummary(limit: request.limit)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    if request.onlyEmptyKey, record.keyCount > 0 { return }
    if let offset = request.offset, offset < record.start || offset >= record.end { return }
    summary.count &+= 1
    guard summary.records.count < request.limit else { return }
    summary.records.append(record)
    summary.context = context.values
  }

  consuming func finish() -> LookupSummary { summary }
}

/// The conditions of a lookup in addition to the selection.
package struct LookupRequest: Sendable {
  /// Whether to find only the empty key, which no pattern matches.
  package var onlyEmptyKey = false
  /// A file offset that the record must contain.
  package var offset: Int?
  /// The number of records to keep: a damaged file may have a key any number of times.
  package var limit = 100

  /// Makes a request for all selected records.
  package init() {}
}

extension Backup {
  /// Finds the records of a key in each file.
  package func lookUp(
    _ selection: RestoreSelection, _ request: LookupRequest
  ) -> BackupResult<LookupSummary> {
    sweep(SweepRequest("looking", selection)) { _ in LookupVisitor(request) }
  }
}
