import Export
import RDB
import Restore

/// What a restore would do.
public struct PreviewResult: Sendable {
  /// Keys of one type or database.
  public struct Count: Hashable, Sendable {
    /// The number of keys.
    public let keys: Int
    /// Bytes of their values in the file.
    public let valueBytes: Int
    /// Keys that would have an expiry.
    public let expiring: Int

    init(_ totals: KeyTotals) {
      keys = Int(clamping: totals.keys)
      valueBytes = Int(clamping: totals.valueBytes)
      expiring = Int(clamping: totals.expiring)
    }
  }

  /// The files.
  public let files: [SourceFile]
  /// The moment whose data would be restored: what was asked for, or the time of the backup; nil if the file does not
  /// say it.
  public let restoredAt: UnixTime?
  /// The moment at which keys that have expired are left out.
  public let now: UnixTime
  /// The keys that would be written.
  public let written: Count
  /// The same by type; types without keys are left out.
  public let byType: [ValueType: Count]
  /// The same by database; databases without keys are left out.
  public let byDatabase: [Int: Count]
  /// Selected keys that had expired at ``restoredAt``.
  public let expiredAtRestoreTime: Int
  /// Selected keys whose expiry, shifted if so asked, has passed at ``now``.
  public let expiredByNow: Int
  /// Keys that are not selected.
  public let notSelected: Int
  /// The first keys that would be written, up to ten.
  public let examples: [StoredString]
}

extension Backup {
  /// Tells what a restore would do, and writes nothing: it runs the plan of ``export(_:as:to:restoredAt:shiftedTo:now:)``.
  ///
  /// - Parameters:
  ///   - selection: Which keys.
  ///   - restoredAt: The moment whose data is restored: keys that had expired by then are left out, and append-only logs
  ///     are cut there. Without it, the time of the backup.
  ///   - shiftedTo: Where the TTLs that keys had left at that moment run again from; nil to leave expiries as they are.
  ///   - now: The moment of the restore: keys that have expired by then are left out. Without it, `shiftedTo`,
  ///     `restoredAt` or the time of the backup: a library reads no clock.
  /// - Returns: The counts.
  /// - Throws: ``SiftError`` if a file cannot be read to its end.
  public func preview(
    _ selection: Selection = .everything, restoredAt: UnixTime? = nil,
    shiftedTo: UnixTime? = nil, now: UnixTime? = nil
  ) throws(SiftError) -> PreviewResult {
    try sifting {
      let backup = try restored(selection, at: restoredAt)
      let times = try RestoreTimes(
        backup, restoredAt: restoredAt, shiftedTo: shiftedTo, now: now)
      let plan = times.plan(selection)
      let result = backup.preview(PreviewRequest(plan))
      let files = try result.sourceFiles()
      let summary = result.merged ?? PreviewSummary(plan, modes: 0, file: 0)
      return PreviewResult(files, times, summary)
    }
  }
}

extension PreviewResult {
  init(_ files: [SourceFile], _ times: RestoreTimes, _ summary: PreviewSummary) {
    let tally = summary.tally
    self.files = files
    restoredAt = times.reference
    now = times.now
    written = Count(tally.restored)
    let shapes = ValueShape.allCases.map { Optional($0) } + [nil]
    byType = Dictionary(
      uniqueKeysWithValues: shapes.map { (ValueType($0), Count(tally.restored($0))) }
        .filter { $0.1.keys > 0 })
    byDatabase = Dictionary(
      uniqueKeysWithValues: tally.restoredByDatabase.map { (Int($0.database), Count($0.totals)) })
    expiredAtRestoreTime = Int(clamping: tally.skipped(.expiredAtReference).keys)
    expiredByNow = Int(clamping: tally.skipped(.expiredAtSubmission).keys)
    notSelected = SkipReason.allCases.filter(\.isNotSelected)
      .reduce(0) { $0 + Int(clamping: tally.skipped($1).keys) }
    examples = summary.first.notes.map { StoredString($0.key) }
  }
}
