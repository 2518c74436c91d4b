// Two sweeps over a fresh backup of the current data. The first indexes its keys, and the preview then
// looks up each key that it would restore. The second finds selected keys that the preview did not look
// up: the restore deletes them.

import Export
package import RDB
package import Restore

extension RestoreSelection {
  /// The same keys in the current data, which has no restore time and no time shift.
  package var onCurrentKeys: RestoreSelection { RestoreSelection(filter: filter, now: now) }

  /// The same by database and key name only: a restored key replaces the current one whatever its type.
  package var onCurrentNames: RestoreSelection { RestoreSelection(filter: names, now: now) }

  /// The same by database and key name only, whether keys have expired or not.
  package var onNames: RestoreSelection {
    RestoreSelection(filter: names, now: now, keepsExpired: true)
  }

  private var names: RecordFilter {
    var names = filter
    names.types = nil
    names.measures = RecordMeasures()
    names.measures.slot = filter.measures.slot
    return names
  }
}

/// Indexes the current keys.
struct KeyIndexVisitor: RecordVisitor, ~Copyable {
  private var reader: ContentReader
  private var batch: KeyIndexBatch
  private let builder: KeyIndexBuilder
  private var keys: ComparedKeyCounter

  init(_ builder: KeyIndexBuilder, now: UnixMilliseconds) {
    reader = ContentReader(builder.key)
    batch = KeyIndexBatch(builder)
    self.builder = builder
    keys = ComparedKeyCounter(now: now)
  }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    guard case .restore(let expiry) = disposition else { return }
    keys.add(record, until: expiry, in: context.dialect)
    let hash = try reader.key(of: record, in: bytes)
    guard builder.accepts(hash) else { return }
    let digest = try reader.value(of: record, in: bytes, context.values)
    batch.insert(hash, KeyIndexValue(digest: digest, expiry: expiry))
  }

  consuming func finish() -> ComparedKeys {
    batch.flush()
    return keys.finish()
  }
}

/// What a sweep found about keys that the restore deletes.
package struct DeletedSummary: Mergeable, Sendable {
  /// The deleted keys.
  package private(set) var comparison: ComparisonSummary
  /// Rows written to the list.
  package private(set) var rows: UInt64

  /// Adds the summary of another thread or file.
  package mutating func merge(_ other: DeletedSummary) {
    comparison.merge(other.comparison)
    rows += other.rows
  }

  fileprivate init(_ comparison: ComparisonSummary, rows: UInt64) {
    self.comparison = comparison
    self.rows = rows
  }
}

/// Writes the rows of keys that only the indexed backup has.
protocol DeletedKeyLister: Sendable {
  /// Rows written so far.
  var rows: UInt64 { get }
  /// Begins a part of the output; another thread may have written the part before.
  mutating func beginPart()
  /// Appends the row of a record in `bytes` that a pattern selected.
  mutating func appendDeleted(
    _ record: RDBRecord, pattern: Int?, in bytes: RawSpan, _ dialect: RDBDialect,
    to output: inout OutputBuffer
  )
}

/// Finds current keys that a restore deletes, or old keys that a new backup lacks.
struct DeletedKeyVisitor<Lister: DeletedKeyLister>: RecordVisitor, ~Copyable {
  private var output = OutputBuffer(capacity: 4096)
  private var reader: ContentReader
  private let index: KeyIndex
  private let restored: [UInt64]
  private var lister: Lister?
  private var tally = RunLengthTally(patternCount: 0)
  private var summary: ComparisonSummary

  /// Makes a visitor for one thread.
  ///
  /// - Parameters:
  ///   - index: The current keys.
  ///   - restored: A bit per place of the index: set where the restore writes the key.
  ///   - lister: Writes the rows of deleted keys; nil for no list.
  ///   - file: The number of the file in the backup.
  init(_ index: KeyIndex, restored: [UInt64], _ lister: Lister?, file: Int) {
    self.lister = lister
    reader = ContentReader(index.key)
    self.index = index
    self.restored = restored
    summary = ComparisonSummary(file: file)
  }

  mutating func exchange(_ output: inout OutputBuffer) { swap(&self.output, &output) }

  mutating func beginPart() { lister?.beginPart() }

  mutating func visit(
    _ record: RDBRecord, _ disposition: Disposition, in bytes: RawSpan,
    _ context: borrowing VisitContext
  ) throws(JobFailure) {
    guard case .restore(let expiry) = disposition,
      let place = index.place(of: try reader.key(of: record, in: bytes)),
      restored[place / 64] >> UInt64(place % 64) & 1 == 0
    else { return }
    tally.add(record, .restore(expiry: expiry), pattern: nil, in: context.dialect)
    summary.add(.deleted, record, in: bytes)
    lister?.appendDeleted(record, pattern: context.pattern, in: bytes, context.dialect, to: &output)
  }

  consuming func finish() -> DeletedSummary {
    summary.close(
      RestoreEffect.allCases.map { $0 == .deleted ? tally : RunLengthTally(patternCount: 0) })
    return DeletedSummary(summary, rows: lister?.rows ?? 0)
  }
}

extension Backup {
  /// Indexes keys, with digests of their values.
  ///
  /// - Parameters:
  ///   - selection: Which keys.
  ///   - key: The key of the digests.
  ///   - first: The first partition of the index; keys of those before are left out.
  ///   - limit: How many keys are indexed at most; nil for all.
  /// - Returns: The index, and the result per file.
  package func indexKeys(
    _ selection: RestoreSelection, _ key: DigestKey, from first: Int = 0, limit: Int? = nil
  ) -> (keys: KeyIndex, result: BackupResult<ComparedKeys>) {
    let builder = KeyIndexBuilder(key, from: first, limit: limit)
    let result = sweep(SweepRequest("indexing keys", selection)) { _ in
      KeyIndexVisitor(builder, now: selection.now)
    }
    return (builder.finish(threads: threads), result)
  }

  /// Finds selected current keys that the restore deletes.
  ///
  /// - Parameters:
  ///   - selection: The selection of the restore.
  ///   - request: The request of the preview.
  ///   - comparison: The result of the preview.
  ///   - output: Receives the rows of a list.
  /// - Returns: The deleted keys; nil if the request has no current keys.
  package func deletedKeys(
    _ selection: RestoreSelection, _ request: PreviewRequest, after comparison: ComparisonSummary,
    into output: RecordOutput?
  ) -> BackupResult<DeletedSummary>? {
    guard let index = request.currentKeys else { return nil }
    return sweep(
      SweepRequest("looking for what is deleted", selection.onCurrentKeys), into: output
    ) { file in
      DeletedKeyVisitor(
        index, restored: comparison.restoredPlaces,
        request.list.map { PreviewLister($0, file: file) }, file: file)
    }
  }
}
