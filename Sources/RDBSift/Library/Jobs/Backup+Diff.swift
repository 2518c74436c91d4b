import RDB
import Restore

/// How a backup differs from an older one.
public struct DiffResult: Sendable {
  /// Keys that the older backup does not have.
  public let added: Int
  /// Keys that only the older backup has.
  public let removed: Int
  /// Keys whose value differs.
  public let changed: Int
  /// Keys that differ in their expiry only.
  public let expiryChanged: Int
  /// Keys that are the same.
  public let unchanged: Int
  /// The files of the newer backup.
  public let files: [SourceFile]
  /// The files of the older one.
  public let olderFiles: [SourceFile]

  /// Whether the selected keys are the same.
  public var isEmpty: Bool { added == 0 && removed == 0 && changed == 0 && expiryChanged == 0 }
}

extension Backup {
  /// Compares the backup with an older one.
  ///
  /// Values are compared by content and not by encoding, through digests with a random key; keys that have expired are
  /// compared like all others. It takes about 32 bytes of memory per key of the older backup.
  ///
  /// - Parameters:
  ///   - older: The older backup.
  ///   - selection: Which keys; conditions other than names and databases apply to the newer record, and to the older
  ///     one of a key that was removed. It may have no limit.
  /// - Returns: The numbers of keys.
  /// - Throws: ``SiftError`` if a file cannot be read to its end.
  public func diff(
    since older: Backup, _ selection: Selection = .everything
  ) throws(SiftError) -> DiffResult {
    var selection = selection
    selection.limit = nil
    let (old, new) = (try older.cut(selection), try cut(selection))
    return try sifting { [selection] in
      let selected = selection.looking()
      let (index, indexed) = old.indexKeys(selected.onNames, .secret())
      let olderFiles = try indexed.sourceFiles()
      let request = DiffRequest(selected, old: index)
      let found = new.diff(request)
      let files = try found.sourceFiles()
      let changes = found.merged?.comparison
      var removed: ComparisonSummary?
      if let changes, changes.found < index.count {
        let result = old.removedKeys(request, after: changes)
        _ = try result.sourceFiles()
        removed = result.merged?.comparison
      }
      func count(_ summary: ComparisonSummary?, _ effect: RestoreEffect) -> Int {
        Int(clamping: summary?.tally(effect).restored.keys ?? 0)
      }
      return DiffResult(
        added: count(changes, .created), removed: count(removed, .deleted),
        changed: count(changes, .changed), expiryChanged: count(changes, .expiryChanged),
        unchanged: count(changes, .unchanged), files: files, olderFiles: olderFiles)
    }
  }
}
