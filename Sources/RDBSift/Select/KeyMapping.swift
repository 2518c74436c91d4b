// The database and the name that each key gets at its destination.

package import Export
import RDB
package import Restore

/// Maps keys to their databases and names at the destination.
package struct KeyMapping: Sendable {
  /// How keys are renamed.
  package var naming: KeyNaming
  /// How databases are mapped.
  package var databases: DatabaseMap

  /// Makes a mapping; by default keys keep their databases and names.
  package init(naming: KeyNaming = .identity, databases: DatabaseMap = DatabaseMap()) {
    self.naming = naming
    self.databases = databases
  }

  /// Whether two keys may get the same database and name.
  package var mayCollide: Bool { naming.mayCollide || databases.mayMerge }
}

/// Computes the new names of records.
struct RecordNamer: ~Copyable {
  private var namer: KeyNamer
  private var scratch = Scratch()
  /// Whether every key keeps its name.
  let isIdentity: Bool

  init(_ naming: KeyNaming) {
    namer = KeyNamer(naming)
    isIdentity = naming.isIdentity
  }

  /// Calls `body` with the new name of a record.
  /// - Throws: Damage to the key, a rule that hit its match limit, or what `body` throws.
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
