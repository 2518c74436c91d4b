import Export

/// What an export writes.
public struct ExportFormat: Hashable, Sendable {
  /// A server and its version, which decides what it understands.
  public struct Server: Hashable, Sendable {
    let version: ServerVersion

    /// Redis, 2.6 or later.
    public static func redis(_ major: Int, _ minor: Int) -> Server {
      Server(version: ServerVersion(.redis, major, minor))
    }

    /// Valkey, 7.2 or later.
    public static func valkey(_ major: Int, _ minor: Int) -> Server {
      Server(version: ServerVersion(.valkey, major, minor))
    }

    /// Tair, 4.0 or later: a Redis with modules of its own.
    public static func tair(_ major: Int, _ minor: Int) -> Server {
      Server(version: ServerVersion(.tair, major, minor))
    }
  }

  /// What commands do with keys that the server already has.
  ///
  /// They never touch others.
  public enum Existing: Hashable, Sendable {
    /// They replace them.
    case replace
    /// They replace strings and payloads, and add elements to everything else.
    case merge
    /// They leave them as they are.
    case skip
    /// They leave them as they are, and the server answers with an error.
    case fail
  }

  let name: String
  var options = CommandExporter.Options()

  /// Commands of each type, in the protocol of servers (RESP): what `redis-cli --pipe` reads.
  ///
  /// - Parameters:
  ///   - server: The server that runs them; without it, Redis 7.0, and for newer types the server that wrote the file.
  ///   - existing: What they do with keys that are there.
  ///   - inTransactions: Whether the commands of each key are wrapped in MULTI and EXEC.
  /// - Returns: The format.
  public static func commands(
    for server: Server? = nil, existing: Existing = .replace, inTransactions: Bool = false
  ) -> ExportFormat {
    ExportFormat("resp", server, existing, inTransactions: inTransactions)
  }

  /// `RESTORE` commands with the bytes of each value, which keep idle times and frequencies.
  ///
  /// - Parameters:
  ///   - server: The server that runs them; without it, the one that wrote the file.
  ///   - existing: What they do with keys that are there.
  /// - Returns: The format.
  public static func payloads(
    for server: Server? = nil, existing: Existing = .replace
  ) -> ExportFormat {
    ExportFormat("restore", server, existing, inTransactions: false)
  }

  /// An RDB file that a server loads.
  ///
  /// - Parameter server: The server that loads it; without it, the file keeps its version.
  /// - Returns: The format.
  public static func rdb(for server: Server? = nil) -> ExportFormat {
    ExportFormat("rdb", server, .replace, inTransactions: false)
  }

  /// A JSON array with an object for each key, its value included.
  public static let json = ExportFormat("json", nil, .replace, inTransactions: false)
  /// The same objects, one per line.
  public static let ndjson = ExportFormat("ndjson", nil, .replace, inTransactions: false)

  private init(_ name: String, _ server: Server?, _ existing: Existing, inTransactions: Bool) {
    self.name = name
    options.target = server?.version
    options.usesPXAT = server?.version.supportsPXAT ?? true
    options.existing =
      switch existing {
      case .replace: .replace
      case .merge: .merge
      case .skip: .skip
      case .fail: .fail
      }
    options.transactions = inTransactions
  }

  /// The format that writes.
  var writer: any RecordFormat.Type { RecordFormats.named(name) ?? RESPFormat.self }
}
