import RDB

/// What a backup consists of.
public struct InfoResult: Sendable {
  /// Keys of one kind.
  public struct Kind: Hashable, Sendable {
    /// The database.
    public let database: Int
    /// The type.
    public let type: ValueType
    /// The encoding in the file, such as `listpack`.
    public let encoding: String
    /// The number of keys.
    public let keys: Int
    /// Bytes of their records in the file.
    public let bytes: Int
    /// Keys with an expiry.
    public let expiring: Int
  }

  /// The files.
  public let files: [SourceFile]
  /// The kinds of keys, by database, type and encoding.
  public let kinds: [Kind]
  /// The first moment at which a key expires; nil if none does.
  public let firstExpiry: UnixTime?
  /// The last moment at which a key expires; nil if none does.
  public let lastExpiry: UnixTime?

  /// The number of selected keys.
  public var keys: Int { kinds.reduce(0) { $0 + $1.keys } }
}

extension Backup {
  /// Counts keys by database, type and encoding.
  ///
  /// Values are not decoded.
  ///
  /// - Parameter selection: Which keys, whether they have expired or not.
  /// - Returns: The counts, and what the files say of themselves.
  /// - Throws: ``SiftError`` if a file cannot be read to its end.
  public func info(_ selection: Selection = .everything) throws(SiftError) -> InfoResult {
    let backup = try cut(selection)
    return try sifting {
      let result = backup.inspect(selection.looking())
      let files = try result.sourceFiles()
      let merged = result.merged
      let kinds = (merged?.kinds ?? [:]).map { kind, count in
        InfoResult.Kind(
          database: Int(kind.database),
          type: kind.module.map { ValueType(rawValue: $0.name) } ?? ValueType(kind.shape),
          encoding: kind.encoding.name, keys: Int(clamping: count.keys),
          bytes: Int(clamping: count.bytes), expiring: Int(clamping: count.expires))
      }
      return InfoResult(
        files: files,
        kinds: kinds.sorted {
          ($0.database, $0.type.rawValue, $0.encoding)
            < ($1.database, $1.type.rawValue, $1.encoding)
        },
        firstExpiry: merged?.firstExpiry.map { UnixTime($0) },
        lastExpiry: merged?.lastExpiry.map { UnixTime($0) })
    }
  }
}
