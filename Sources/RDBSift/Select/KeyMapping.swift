// Where keys go: the database and the name that each gets at its destination.

package import Export
import RDB
package import Restore

/// Where keys go.
package struct KeyMapping: Sendable {
  /// What they are called there.
  package var naming: KeyNaming
  /// The databases that they go to.
  package var databases: DatabaseMap

  /// Keys stay where they are, unless it is said where they go.
  package init(naming: KeyNaming = .identity, databases: DatabaseMap = DatabaseMap()) {
    self.naming = naming
    self.databases = databases
  }

  /// Whether two keys may end at one place.
  package var mayCollide: Bool { naming.mayCollide || databases.mayMerge }
}

/// Tells the names that records get; the one place where a record meets its new name.
struct RecordNamer: ~Copyable {
  private var namer: KeyNamer
  private var scratch = Scratch()

  init(_ naming: KeyNaming) { namer = KeyNamer(naming) }

  /// Whether every key keeps its name.
  var isIdentity: Bool { namer.naming.isIdentity }

  /// Lends the name that a record gets to `body`.
  /// - Throws: Damage to the key, a rule that gave up on it, or what `body` throws.
  mutating func withName<Result>(
    of record: RDBRecord, in bytes: RawSpan,
    _ body: (RawSpan) throws(JobFailure) -> Result
  ) throws(JobFailure) -> Result {
    if isIdentity, let raw = record.rawKey {
      return try body(bytes.extracting(raw.offset..<raw.end))
    }
    try rename(record, in: bytes)
    return try namer.name.withRawSpan(body)
  }

  private mutating func rename(
    _ record: RDBRecord, in bytes: RawSpan
  ) throws(JobFailure) {
    var failure: JobFailure?
    do throws(RDBError) {
      let key = try record.key(in: bytes)
      try scratch.withBytes(of: key, in: bytes) { (text) throws(RDBError) in
        do throws(KeyMatchError) {
          try namer.rename(text)
        } catch {
          failure = .pattern(
            error, text: namer.naming.rules[error.pattern].pattern, key: Array(copying: text),
            offset: record.start)
        }
      }
    } catch {
      let size = bytes.byteCount
      throw .damage(Damage(error, in: record, key: nil, fileSize: size))
    }
    if let failure { throw failure }
  }
}
