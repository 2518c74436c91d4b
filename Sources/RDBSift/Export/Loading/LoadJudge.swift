// Whether servers load a record, by the rules of `verify`, and whether a target has a type for it.

package import Export
import RDB

/// Judges the records of an RDB file before they are written.
package struct LoadJudge: ~Copyable {
  /// The verdict on a record.
  enum Verdict {
    /// It is written.
    case written
    /// It is written without its repeated elements.
    case writtenWithoutRepeats
    /// It is left out: servers stop loading at it.
    case refused
    /// The target has no type for it, or it is empty; its writer reports that.
    case leftOut
  }

  private var check = RecordCheck()
  private var reencoder: RecordReencoder
  /// Whether records are copied in whatever type they have.
  private let copies: Bool

  /// Makes a judge of records for a file.
  ///
  /// - Parameters:
  ///   - target: The target, or what the file's header says.
  ///   - copies: Whether records are copied where they need no change.
  package init(_ target: RDBTarget, copies: Bool) {
    reencoder = RecordReencoder(target)
    self.copies = copies
  }

  /// Judges a record.
  mutating func verdict(
    on record: RDBRecord, in bytes: RawSpan, _ context: ValueContext
  ) -> Verdict {
    do throws(RDBError) {
      _ = try check.check(record, in: bytes, context)
      if copies || reencoder.loadsUnchanged(record, context) { return .written }
      return try writes(record, in: bytes, context) ? .written : .leftOut
    } catch {
      guard error.reason == .duplicateElement else { return .refused }
      let isMended = try? writes(record, keepsFirst: true, in: bytes, context)
      return isMended == true ? .writtenWithoutRepeats : .refused
    }
  }

  private mutating func writes(
    _ record: RDBRecord, keepsFirst: Bool = false, in bytes: RawSpan, _ context: ValueContext
  ) throws(RDBError) -> Bool {
    var item = RecordReencoder.Item(record, expiry: nil)
    item.keepsFirst = keepsFirst
    return try reencoder.writes(item, from: bytes, context: context)
  }
}
