// The two passes over a fresh backup of what is there now. In the first each of its keys is remembered;
// then each key that would be restored is looked up. What was not looked up, but is asked for, is
// deleted: that is told in the second.

package import Export
package import RDB
package import Restore

extension Selection {
  /// The same keys among those that are there now, which have no restore time and no time shift.
  package var amongPresent: Selection { Selection(filter: filter, now: now) }

  /// The same, by database and key alone: what comes back under a name replaces it, whatever it is.
  package var namesAmongPresent: Selection {
    var names = filter
    names.types = nil
    names.measures = RecordMeasures()
    names.measures.slot = filter.measures.slot
    return Selection(filter: names, now: now)
  }
}

/// Remembers the keys that are there now.
struct PresentKeyVisitor: RecordVisitor, ~Copyable {
  private var reader: ContentReader
  private var intake: PresentIntake
  private var count: UInt64 = 0

  init(_ builder: PresentKeysBuilder) {
    reader = ContentReader(builder.key)
    intake = PresentIntake(builder)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    guard case .restore(let expiry) = disposition else { return }
    let digest = try reader.value(of: record, in: bytes, context.values)
    let hash = try reader.key(of: record, in: bytes)
    intake.insert(hash, PresentValue(digest: digest, expiry: expiry))
    count &+= 1
  }

  consuming func finish() -> UInt64 {
    intake.flush()
    return count
  }
}

/// What was found about keys that are there and do not come back.
package struct DeletedSummary: Mergeable, Sendable {
  /// The keys.
  package private(set) var comparison: ComparisonSummary
  /// Rows that were written.
  package private(set) var rows: UInt64

  /// Adds what another thread found.
  package mutating func merge(_ other: DeletedSummary) {
    comparison.merge(other.comparison)
    rows += other.rows
  }

  fileprivate init(_ comparison: ComparisonSummary, rows: UInt64) {
    self.comparison = comparison
    self.rows = rows
  }
}

/// Looks for keys that are there and do not come back.
struct DeletedKeyVisitor: RecordVisitor, ~Copyable {
  private var output = OutputBuffer(capacity: 4096)
  private var reader: ContentReader
  private let present: PresentKeys
  private let seen: [UInt64]
  private var lister: PreviewLister?
  private var tally = RunningTally(patternCount: 0)
  private var summary: ComparisonSummary

  /// Makes a visitor for one thread.
  ///
  /// - Parameters:
  ///   - present: The keys that are there.
  ///   - seen: Their places, a bit each, that come back.
  ///   - list: How each key is listed, if it is.
  ///   - file: The number of the file in the backup.
  init(_ present: PresentKeys, seen: [UInt64], list: PreviewListFormat?, file: Int) {
    lister = list.map { PreviewLister($0.writer(file)) }
    reader = ContentReader(present.key)
    self.present = present
    self.seen = seen
    summary = ComparisonSummary(file: file)
  }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&self.output, &output) }

  mutating func beginPart() { lister?.beginPart() }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    guard case .restore(let expiry) = disposition,
      let place = present.place(of: try reader.key(of: record, in: bytes)),
      seen[place / 64] >> UInt64(place % 64) & 1 == 0
    else { return }
    tally.add(record, .restore(expiry: expiry), pattern: nil, in: context.dialect)
    summary.add(.deleted, record, in: bytes)
    lister?.append(
      PreviewRow(
        record, disposition: RestoreEffect.deleted.name, effect: RestoreEffect.deleted.name,
        pattern: context.pattern), in: bytes, context.dialect, to: &output)
  }

  consuming func finish() -> DeletedSummary {
    summary.close(
      RestoreEffect.allCases.map { $0 == .deleted ? tally : RunningTally(patternCount: 0) })
    return DeletedSummary(summary, rows: lister?.rows ?? 0)
  }
}

extension Backup {
  /// Remembers the keys that are there now, with digests of their values.
  ///
  /// - Parameters:
  ///   - selection: What is asked for; only names count, since what comes back under a name replaces it.
  ///   - key: The secret that digests are made with.
  /// - Returns: The keys, and what there is to report about the files.
  package func presentKeys(
    _ selection: Selection, _ key: DigestKey
  ) -> (keys: PresentKeys, result: BackupResult<UInt64>) {
    let builder = PresentKeysBuilder(key)
    let result = sweep(
      SweepRequest("looking at what is there", selection.namesAmongPresent)
    ) { _ in PresentKeyVisitor(builder) }
    return (builder.finish(threads: threads), result)
  }

  /// Looks for keys that are there, are asked for, and do not come back.
  ///
  /// - Parameters:
  ///   - selection: What is asked for.
  ///   - request: The preview that told which keys come back.
  ///   - comparison: What it found.
  ///   - output: Where rows of a list go.
  /// - Returns: What was found.
  package func deletedKeys(
    _ selection: Selection, _ request: PreviewRequest, after comparison: ComparisonSummary,
    into output: RecordOutput?
  ) -> BackupResult<DeletedSummary>? {
    guard let present = request.present else { return nil }
    return sweep(
      SweepRequest("looking for what is deleted", selection.amongPresent), into: output
    ) { DeletedKeyVisitor(present, seen: comparison.seen, list: request.list, file: $0) }
  }
}
