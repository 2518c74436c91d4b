public import RDB

/// What a key holds after a change, as RDB bytes.
public struct ChangedValue: Hashable, Sendable {
  /// The type of the bytes.
  public var type: RDBType
  /// The dialect of the type.
  public var dialect: RDBDialect
  /// The value, as an RDB file has it.
  public var bytes: [UInt8]
}

/// A change of a selected key.
public struct KeyChange: Hashable, Sendable {
  /// The second in which it was logged; nil before the first stamp.
  public var second: Int64?
  /// Where its command stands.
  public var position: LogPosition
  /// The database.
  public var database: UInt32
  /// The command's name in upper case.
  public var command: String
  /// The key.
  public var key: [UInt8]
  /// Whether the key is there behind it; nil where that is not known.
  public var isPresent: Bool?
  /// When the key expires after it, in milliseconds; nil for never.
  public var expiry: Int64?
  /// The value after it; nil where it was not asked for, is not known or is gone.
  public var value: ChangedValue?
}

/// A moment to which somebody may want to go back.
public struct LogEvent: Hashable, Sendable {
  /// What happened.
  public enum Kind: Hashable, Sendable {
    /// FLUSHALL.
    case flushAll
    /// FLUSHDB of a database.
    case flushDB(UInt32)
    /// SWAPDB of two databases.
    case swapDB(UInt32, UInt32)
    /// Many keys were deleted within seconds.
    case deletions
    /// Many keys expired within seconds.
    case expiries
    /// Many keys were overwritten with values of another type within seconds.
    case overwrites
    /// A script or an unknown command that may have changed any key.
    case anything
  }

  /// What happened.
  public var kind: Kind
  /// The first second; nil before the first stamp.
  public var from: Int64?
  /// The last second.
  public var to: Int64?
  /// Where the first command stands: a cut there excludes it.
  public var position: LogPosition
  /// Keys that it removed or changed, by database.
  public var keys: [UInt32: Int]
  /// What the names of the keys begin with, all of them.
  public var commonPrefix: [UInt8]
  /// The last second with commands before the first: a restore to it excludes the event.
  public var lastGoodSecond: Int64?
  /// Commands of the event's own second before it, which only a cut by place reaches.
  public var commandsBefore: Int
}
