import Memory
import RDB
import Restore

/// What fills the memory of a server that has loaded the backup.
public struct StatisticsResult: Sendable {
  /// Keys of one type.
  public struct TypeCount: Hashable, Sendable {
    /// The type.
    public let type: ValueType
    /// The number of keys.
    public let keys: Int
    /// Bytes of memory on the server.
    public let memory: Int
    /// Elements of all values; a string is one.
    public let elements: Int
  }

  /// Keys with a prefix, and the prefixes that continue it.
  ///
  /// Prefixes end with a separator, one of `:;,_-+@=|#`. Numbers, UUIDs and long hexadecimal parts count as `*`.
  public struct Prefix: Hashable, Sendable {
    /// The prefix; empty for all keys.
    public let text: StoredString
    /// Keys with it, those of longer prefixes included.
    public let keys: Int
    /// Bytes of memory on the server.
    public let memory: Int
    /// The longer prefixes that have most memory, the largest first.
    public let children: [Prefix]
  }

  /// One of the largest keys.
  public struct LargeKey: Hashable, Sendable {
    /// The key.
    public let key: StoredString
    /// The database.
    public let database: Int
    /// The type.
    public let type: ValueType
    /// Bytes of memory on the server.
    public let memory: Int
    /// Elements of the value.
    public let elements: Int
  }

  /// The files.
  public let files: [SourceFile]
  /// The server whose memory is estimated, such as `redis:7.2`: the one that wrote the file.
  public let server: String
  /// The number of keys.
  public let keys: Int
  /// Bytes of memory on the server: the sum of `MEMORY USAGE key SAMPLES 0`.
  public let memory: Int
  /// Bytes of the records in the file.
  public let storedBytes: Int
  /// Keys without an expiry.
  public let persistent: Int
  /// Keys that had expired when the file was written.
  public let expired: Int
  /// The types, those with most memory first.
  public let types: [TypeCount]
  /// The tree of prefixes.
  public let prefixes: Prefix
  /// The keys with most memory, up to 20, the largest first.
  public let largest: [LargeKey]
}

extension Backup {
  /// Estimates what fills the memory: by type, by prefix, and the largest keys.
  ///
  /// - Parameters:
  ///   - selection: Which keys, whether they have expired or not.
  ///   - depth: Levels of the tree of prefixes, 0 to 16.
  /// - Returns: The statistics.
  /// - Throws: ``SiftError`` if a file cannot be read to its end.
  public func statistics(
    _ selection: Selection = .everything, depth: Int = 3
  ) throws(SiftError) -> StatisticsResult {
    let backup = try cut(selection)
    return try sifting {
      let head = try backup.referenceHead()
      let now = head.created ?? UnixMilliseconds(0)
      let chosen = ChosenModel(writerOf: head, .jemalloc)
      var request = StatisticsRequest(chosen.model, now: now)
      request.limits = chosen.limits
      request.depth = min(max(depth, 0), 16)
      let (result, found) = backup.statistics(selection.looking(at: UnixTime(now)), request)
      return StatisticsResult(try result.sourceFiles(), found, server: chosen.model.name)
    }
  }
}

extension StatisticsResult {
  /// Prefixes to list.
  private static let listed = 1000

  init(_ files: [SourceFile], _ found: Statistics, server: String) {
    self.files = files
    self.server = server
    keys = Int(clamping: found.total.keys)
    memory = Int(clamping: found.total.memory)
    storedBytes = Int(clamping: found.total.stored)
    persistent = Int(clamping: found.total.persistent)
    expired = Int(clamping: found.total.expired)
    types = found.groups { $0.shape }.map { shape, group in
      TypeCount(
        type: ValueType(shape), keys: Int(clamping: group.keys),
        memory: Int(clamping: group.memory), elements: Int(clamping: group.elements))
    }.sorted { ($1.memory, $0.type.rawValue) < ($0.memory, $1.type.rawValue) }
    prefixes = Prefix(found.prefixes(listing: StatisticsResult.listed))
    largest = found.largest.keys.map {
      LargeKey(
        key: StoredString($0.key), database: Int($0.database), type: ValueType($0.shape),
        memory: $0.memory, elements: $0.elements)
    }
  }
}

extension StatisticsResult.Prefix {
  /// As deep as the tree, which has at most 16 levels.
  init(_ summary: PrefixSummary) {
    self.init(
      text: StoredString(summary.prefix), keys: Int(clamping: summary.total.keys),
      memory: Int(clamping: summary.total.memory),
      children: summary.children.map { StatisticsResult.Prefix($0) })
  }
}
