// The findings of a verification, as data.

package import AOF
package import RDB

/// A broken rule, with its location and record.
package struct Finding: Equatable, Sendable {
  /// The severity.
  package enum Severity: UInt8, Comparable, Sendable, CaseIterable {
    /// Information; nothing is wrong.
    case note
    /// Servers load it, but do not write it.
    case warning
    /// Damage: servers refuse it, or it differs from what was written.
    case error

    /// Orders by severity.
    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  /// The kind of finding.
  package enum Kind: Equatable, Sendable {
    /// Invalid bytes.
    case damage(RDBError)
    /// The stored and the computed checksum differ.
    case checksum(stored: UInt64, computed: UInt64)
    /// The key count of a database differs from RESIZEDB.
    case keyCount(promised: UInt64, found: UInt64)
    /// The count of keys with an expiry differs from RESIZEDB.
    case expiringCount(promised: UInt64, found: UInt64)
    /// The key count of a cluster slot differs from the one in the file.
    case slotCount(slot: UInt16, promised: UInt64, found: UInt64)
    /// The stored slot of a key is not the slot of its name.
    case wrongSlot(stored: UInt16, own: UInt16)
    /// A database has a key twice.
    case duplicateKey(first: Int)
    /// A function library has the name of one before it.
    case duplicateLibrary(first: Int)
    /// Trailing bytes after the RDB data.
    case trailing(FileTail)
    /// Something in the commands of an append-only log.
    case log(LogFinding.Kind)
    /// A file of a log that its manifest names is missing.
    case missingFile
    /// A file in the directory of a log that its manifest does not name.
    case unlistedFile
    /// The base of a log has no bytes.
    case emptyBase
  }

  /// The kind of finding.
  package var kind: Kind
  /// The severity.
  package var severity: Severity
  /// The file offset in bytes.
  package var offset: Int
  /// The offset of the record or opcode.
  package var start: Int
  /// The database, if there is one.
  package var database: UInt32?
  /// The type byte of the value, if there is one.
  package var type: RDBType?
  /// The bytes of the key, if there is one.
  package var key: [UInt8]?
  /// The part of the file that was being read.
  package var reading: Reading
  /// The file size in bytes.
  package var fileSize: Int
  /// The file of a log in which it is; nil for the file that was named.
  package var file: String?
  /// The place of that file in the order of the log.
  package var fileNumber = 0

  /// A finding about damage.
  package init(_ damage: Damage, _ severity: Severity = .error) {
    kind = .damage(damage.error)
    self.severity = severity
    offset = damage.error.offset
    start = damage.start
    database = damage.reading == .header ? nil : damage.database
    type = damage.type
    key = damage.key
    reading = damage.reading
    fileSize = damage.fileSize
  }

  /// A finding about a whole record.
  init(
    _ kind: Kind, _ severity: Severity, _ record: RDBRecord, key: [UInt8]?, fileSize: Int
  ) {
    self.kind = kind
    self.severity = severity
    offset = record.offset
    start = record.start
    database = record.database
    type = record.type
    self.key = key
    reading = .key
    self.fileSize = fileSize
  }

  /// A finding about a database, or about the file.
  init(
    _ kind: Kind, _ severity: Severity, at offset: Int, database: UInt32? = nil,
    _ reading: Reading, fileSize: Int
  ) {
    self.kind = kind
    self.severity = severity
    self.offset = offset
    start = offset
    self.database = database
    self.reading = reading
    self.fileSize = fileSize
  }

  /// A finding about a file of a log.
  ///
  /// - Parameters:
  ///   - kind: The kind of finding.
  ///   - severity: The severity.
  ///   - file: The name of the file, and its place in the order of the log.
  ///   - offset: The offset in the file.
  ///   - start: The offset of the command.
  ///   - fileSize: The size of the file in bytes.
  init(
    _ kind: Kind, _ severity: Severity, in file: (name: String, number: Int), at offset: Int = 0,
    start: Int = 0, fileSize: Int = 0
  ) {
    self.init(kind, severity, at: offset, .between, fileSize: fileSize)
    self.start = start
    self.file = file.name
    fileNumber = file.number
  }

  /// The name of the broken rule.
  package var rule: String {
    switch kind {
    case .damage(let error): FindingRules.name(error.reason, error.part)
    case .checksum: "checksum"
    case .keyCount: "count.keys"
    case .expiringCount: "count.expires"
    case .slotCount: "count.slot"
    case .wrongSlot: "slot"
    case .duplicateKey: "duplicate.key"
    case .duplicateLibrary: "duplicate.function"
    case .trailing: "trailing"
    case .log(let finding): FindingRules.name(finding)
    case .missingFile: "log.missing"
    case .unlistedFile: "log.unlisted"
    case .emptyBase: "log.empty-base"
    }
  }
}
