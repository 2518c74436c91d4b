// `info`: counts keys by database, type and encoding.

package import RDB
package import Restore

/// A kind of key.
package struct Kind: Hashable, Sendable {
  /// The database.
  package var database: UInt32
  /// The shape of the value.
  package var shape: ValueShape
  /// The encoding of the value.
  package var encoding: ValueEncoding
  /// The module, for a module type.
  package var module: ModuleID?
}

/// The counts of an inspection.
package struct InspectionSummary: Mergeable, Sendable {
  /// The selected keys.
  private var tally: RecordTally
  /// Keys that are not selected.
  package private(set) var leftOut: UInt64 = 0

  /// Makes a summary from a tally.
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
  /// Keys that have expired at the moment of the tally.
  package var expired: UInt64 { tally.expired }

  mutating func add(
    _ record: RDBRecord, in bytes: RawSpan, _ dialect: RDBDialect
  ) {
    tally.add(record, in: bytes, dialect)
  }

  mutating func leaveOut() { leftOut &+= 1 }

  /// Adds the summary of another thread or file.
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

/// Counts records by kind.
struct InspectionVisitor: RecordVisitor, ~Copyable {
  static var visitsSkipped: Bool { true }
  var readsValues: Bool { false }

  private var summary: InspectionSummary

  init(moment: UnixMilliseconds) { summary = InspectionSummary(RecordTally(moment: moment)) }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) {
    if case .restore = disposition {
      summary.add(record, in: bytes, context.dialect)
    } else {
      summary.leaveOut()
    }
  }

  consuming func finish() -> InspectionSummary { summary }
}

extension Backup {
  /// Counts the selected keys by database, type and encoding.
  ///
  /// If everything is selected, records are counted during the scan. `selection.now` decides what has
  /// expired.
  package func inspect(_ selection: RestoreSelection) -> BackupResult<InspectionSummary> {
    let takesAll = selection.filter.selectsEverything && selection.limit == nil
    if takesAll, !isSeveral, moments.isEmpty {
      return survey("reading", moment: selection.now)
        .mapSummaries { InspectionSummary($1.summary) }
    }
    var request = SweepRequest("reading", selection)
    request.comparesFiles = true
    return sweep(request) { _ in InspectionVisitor(moment: selection.now) }
  }
}
