// The job of `info`: what is in the file, by database, type and encoding.

package import Export
package import RDB
package import Restore

/// Keys of one kind, added up.
package struct KindCount: Hashable, Sendable {
  /// Keys.
  package var keys: UInt64 = 0
  /// Elements, of those keys whose layout tells.
  package var elements: UInt64 = 0
  /// Keys whose layout does not tell their elements.
  package var uncounted: UInt64 = 0
  /// Bytes of the records.
  package var bytes: UInt64 = 0
  /// Keys with an expiry.
  package var expires: UInt64 = 0

  /// Makes a count of nothing.
  package init() {}

  @inline(__always)
  mutating func add(_ record: RDBRecord) {
    // Keys, bytes and expiries are bounded by the bytes of the file; elements are claims.
    keys &+= 1
    bytes &+= UInt64(truncatingIfNeeded: record.end &- record.start)
    if let count = record.elements {
      let (sum, overflow) = elements.addingReportingOverflow(count)
      elements = overflow ? .max : sum
    } else {
      uncounted &+= 1
    }
    if record.expiry != nil { expires &+= 1 }
  }

  /// Adds another count.
  package mutating func merge(_ other: KindCount) {
    keys += other.keys
    let (sum, overflow) = elements.addingReportingOverflow(other.elements)
    elements = overflow ? .max : sum
    uncounted += other.uncounted
    bytes += other.bytes
    expires += other.expires
  }
}

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
  /// Keys by kind.
  package var kinds: [Kind: KindCount] = [:]
  /// The earliest and the latest expiry.
  package var firstExpiry: UnixMilliseconds?
  /// The latest expiry.
  package var lastExpiry: UnixMilliseconds?
  /// Keys whose expiry is past at the moment that was handed in.
  package var expired: UInt64 = 0
  /// Keys that the selection leaves out.
  package var leftOut: UInt64 = 0

  /// Makes a summary of nothing.
  package init() {}

  /// Adds another thread's summary.
  package mutating func merge(_ other: InspectionSummary) {
    kinds.merge(other.kinds) { one, two in
      var sum = one
      sum.merge(two)
      return sum
    }
    firstExpiry = [firstExpiry, other.firstExpiry].compactMap { $0 }.min()
    lastExpiry = [lastExpiry, other.lastExpiry].compactMap { $0 }.max()
    expired += other.expired
    leftOut += other.leftOut
  }
}

/// Counts keys by kind.
package struct InspectionWorker: RecordWorker, ~Copyable {
  /// Nothing is written.
  package var output = OutputBuffer(capacity: 4096)
  private var selector: RecordSelector
  private let now: UnixMilliseconds
  private var summary = InspectionSummary()
  /// The kind of the last record and its count: neighbours are often alike.
  private var current: Kind?
  private var count = KindCount()

  /// Makes a worker for one thread; `selection.now` is the moment that decides what has expired.
  package init(_ selection: Selection) {
    selector = RecordSelector(selection)
    now = selection.now
  }

  /// A limit counts in the file's order.
  package var needsOrder: Bool { selector.needsOrder }

  /// Counts.
  package mutating func process(
    _ batch: borrowing RecordBatch, in bytes: RawSpan, base: Int, context: ValueContext,
    notes: inout NoteList
  ) throws(JobFailure) {
    for index in 0..<batch.count {
      let record = batch[index]
      let answer = try selector.disposition(of: record, in: bytes, base: base, context: context)
      guard case .restore = answer else {
        summary.leftOut &+= 1
        continue
      }
      let kind = Kind(
        database: record.database, shape: record.type.shape(in: context.dialect) ?? .module,
        encoding: record.encoding(in: context.dialect),
        module: record.module(in: bytes, base: base))
      if kind != current { change(to: kind) }
      count.add(record)
      if let expiry = record.expiry { note(expiry) }
    }
  }

  private mutating func note(_ expiry: UnixMilliseconds) {
    if expiry < now { summary.expired &+= 1 }
    summary.firstExpiry = min(summary.firstExpiry ?? expiry, expiry)
    summary.lastExpiry = max(summary.lastExpiry ?? expiry, expiry)
  }

  private mutating func change(to kind: Kind?) {
    if let current { summary.kinds[current, default: KindCount()].merge(count) }
    current = kind
    count = KindCount()
  }

  /// What was counted.
  package consuming func finish() -> InspectionSummary {
    change(to: nil)
    return summary
  }
}
