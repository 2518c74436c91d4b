import Restore

/// Goes through the selected records of a backup, in the order of its files and of their bytes.
///
/// ```swift
/// var records = try backup.records()
/// while let record = try records.next() { print(record.key) }
/// ```
/// A cursor reads on one thread, the one that calls it, and needs memory for about 256 records. For several threads
/// there is ``Backup/forEachRecordConcurrently(_:_:)``.
public struct RecordCursor: ~Copyable {
  private let backup: Backup
  private var selector: RecordSelector
  private var left: Int?
  private var reader: RecordReader?
  private var file = 0

  /// The files that were read to their end, in order: their servers, sizes and checksums.
  ///
  /// A checksum that is wrong is no error here; look at ``SourceFile/checksum``.
  public private(set) var files: [SourceFile] = []

  init(_ backup: Backup, _ selection: Selection) {
    self.backup = backup
    left = selection.limit
    var selection = selection
    // Counted here: a selector that counts reads more of values than it has to.
    selection.limit = nil
    selector = RecordSelector(selection.looking())
  }

  /// The next record; nil after the last one.
  ///
  /// - Returns: The record.
  /// - Throws: ``SiftError`` if a file cannot be opened, is damaged, or the job is cancelled. After an error there are no
  ///   more records; ``Backup/salvage(_:as:to:)`` reads what is behind damage.
  public mutating func next() throws(SiftError) -> Record? {
    guard left != 0 else { return nil }
    do throws(FileFailure) {
      while file < backup.files.count {
        let current =
          if let reader { reader } else { try RecordReader(backup.files[file], backup.options) }
        reader = current
        if let record = try current.next(&selector) {
          if let left { self.left = left - 1 }
          return record
        }
        files.append(try current.finish())
        reader = nil
        file += 1
      }
      return nil
    } catch {
      (reader, left) = (nil, 0)
      throw SiftError(error.failure, path: error.path)
    }
  }
}
