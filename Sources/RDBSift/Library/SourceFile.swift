import RDB
import Storage

/// What a job found out about a file of a backup, besides its keys.
public struct SourceFile: Hashable, Sendable {
  /// The display name: the path, with `:MEMBER` for a member of an archive.
  public let name: String
  /// The first bytes of the file: `REDIS0011`, or `VALKEY080`.
  public let format: String
  /// The server that wrote it, such as `Redis 7.2.4` (AUX fields `redis-ver`, `valkey-ver`); nil if it is not named.
  public let server: String?
  /// When the server began to write it (AUX field `ctime`); nil if that is not stored.
  public let created: UnixTime?
  /// The AUX fields, up to 256, the last of each name.
  public let attributes: [String: StoredString]
  /// Bytes of the RDB data, after decompression.
  public let size: Int
  /// Bytes after the RDB data, which servers ignore.
  public let trailingBytes: Int
  /// The result of the checksum check.
  public let checksum: Checksum
  /// Whether the file did not change while it was read.
  public let isUnchanged: Bool

  /// The result of a checksum check: CRC-64 (Jones) over all bytes of the RDB data before it.
  public enum Checksum: Hashable, Sendable {
    /// The stored checksum is right.
    case valid
    /// The stored checksum is another one: the file is damaged somewhere.
    case mismatch(stored: UInt64, computed: UInt64)
    /// The file has none: `rdbchecksum no`, or an RDB version before 5.
    case none
    /// It was not computed: the options say so, or only a part of the file was read.
    case unchecked
  }

  init<Summary>(_ file: BackupFile, _ result: SweepResult<Summary>, isUnchanged: Bool) {
    let metadata = result.metadata
    let origin = FileOrigin(metadata, nil)
    name = file.name
    format = metadata.header.description
    server = origin.server
    created = origin.created.map { UnixTime($0) }
    attributes = Dictionary(
      metadata.aux.map { (StoredString($0.name).description, StoredString($0.value)) },
      uniquingKeysWith: { $1 })
    size = result.size
    trailingBytes = result.trailing
    checksum = Checksum(result.checksum)
    self.isUnchanged = isUnchanged
  }
}

extension SourceFile.Checksum {
  init(_ state: ChecksumState) {
    switch state {
    case .valid: self = .valid
    case .mismatch(let stored, let computed): self = .mismatch(stored: stored, computed: computed)
    case .disabled, .none: self = .none
    case .unchecked: self = .unchecked
    }
  }
}

extension BackupResult {
  /// What was found out about each file.
  /// - Throws: `FileFailure` of the first file that could not be read to its end.
  func sourceFiles() throws -> [SourceFile] {
    try files.map { outcome in
      let result = try outcome.value.get()
      if let failure = result.failure(of: outcome.file.name) { throw failure }
      return SourceFile(outcome.file, result, isUnchanged: outcome.isUnchanged)
    }
  }
}
