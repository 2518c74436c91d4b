package import RDB

/// What a key holds after a change, as RDB bytes.
package struct ChangedValue: Hashable, Sendable {
  /// The type of the bytes.
  package var type: RDBType
  /// The dialect of the type.
  package var dialect: RDBDialect
  /// The value, as an RDB file has it.
  package var bytes: [UInt8]
}

/// A change of a selected key.
package struct KeyChange: Hashable, Sendable {
  /// The second in which it was logged; nil before the first stamp.
  package var second: Int64?
  /// Where its command stands.
  package var position: LogPosition
  /// The database.
  package var database: UInt32
  /// The command's name in upper case.
  package var command: String
  /// The key.
  package var key: [UInt8]
  /// Whether the key is there behind it; nil where that is not known.
  package var isPresent: Bool?
  /// When the key expires after it, in milliseconds; nil for never.
  package var expiry: Int64?
  /// The value after it; nil where it was not asked for, is not known or is gone.
  package var value: ChangedValue?
}

/// A moment to which somebody may want to go back.
package struct LogEvent: Hashable, Sendable {
  /// What happened.
  package enum Kind: Hashable, Sendable {
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
  package var kind: Kind
  /// The first second; nil before the first stamp.
  package var from: Int64?
  /// The last second.
  package var to: Int64?
  /// Where the first command stands: a cut there excludes it.
  package var position: LogPosition
  /// Keys that it removed or changed, by database.
  package var keys: [UInt32: Int]
  /// What the names of the keys begin with, all of them.
  package var commonPrefix: [UInt8]
  /// The last second with commands before the first: a restore to it excludes the event.
  package var lastGoodSecond: Int64?
  /// Commands of the event's own second before it, which only a cut by place reaches.
  package var commandsBefore: Int
}
