// The parts of a stream, as a walk passes them.

/// The id of a stream's entry: milliseconds and a number among those of one millisecond.
public struct StreamID: Hashable, Comparable, BitwiseCopyable, Sendable {
  /// Milliseconds since the epoch, by the server's clock; any number if a client chose the id.
  public var ms: UInt64
  /// The sequence number.
  public var seq: UInt64

  /// Makes an id.
  public init(ms: UInt64, seq: UInt64) {
    self.ms = ms
    self.seq = seq
  }

  /// The id as in commands, such as `1700000000000-0`.
  public var description: String { "\(ms)-\(seq)" }

  /// The earlier id is the smaller.
  public static func < (a: StreamID, b: StreamID) -> Bool {
    a.ms == b.ms ? a.seq < b.seq : a.ms < b.ms
  }
}

/// What a stream states about itself as a whole.
public struct StreamInfo: Hashable, BitwiseCopyable, Sendable {
  /// Entries that are not deleted.
  public var length: UInt64
  /// The id that was given last, whether its entry is still there or not.
  public var lastID: StreamID
  /// The first entry's id; nil before Redis 7.0.
  public var firstID: StreamID?
  /// The highest id that was deleted; nil before Redis 7.0.
  public var maxDeletedID: StreamID?
  /// Entries that were ever added; nil before Redis 7.0.
  public var entriesAdded: UInt64?
  /// Consumer groups.
  public var groups: Int
}

/// A consumer group without its name.
public struct StreamGroup: Hashable, BitwiseCopyable, Sendable {
  /// The id that was delivered last.
  public var lastID: StreamID
  /// Entries that the group has read; nil where the server does not know, and before Redis 7.0.
  public var entriesRead: UInt64?
  /// Pending entries.
  public var pending: Int
  /// Consumers.
  public var consumers: Int
}

/// A consumer without its name.
public struct StreamConsumer: Hashable, BitwiseCopyable, Sendable {
  /// When it last asked for entries.
  public var seen: UnixMilliseconds
  /// When it last got any; nil if never, and before Redis 7.2.
  public var active: UnixMilliseconds?
  /// Pending entries that it owns.
  public var pending: Int
}

/// An entry that was delivered and not yet acknowledged.
public struct PendingEntry: Hashable, BitwiseCopyable, Sendable {
  /// The entry's id; the entry itself may have been deleted.
  public var id: StreamID
  /// When it was delivered last; 0 once it was released.
  public var delivered: UnixMilliseconds
  /// How often it was delivered.
  public var deliveries: UInt64
}

/// Who owns a pending entry.
public enum PendingOwner: Hashable, BitwiseCopyable, Sendable {
  /// The last consumer that was passed.
  case consumer
  /// Nobody: it was released to be delivered again (Redis 8.8).
  case nacked
  /// Nobody, which no server writes.
  case nobody
}

/// What a stream keeps to recognise messages that are sent twice (Redis 8.6).
public struct StreamIDMP: Hashable, BitwiseCopyable, Sendable {
  /// Seconds that a message is remembered.
  public var duration: UInt64
  /// Messages that are remembered per producer at most.
  public var maximum: UInt64
  /// Producers that are remembered.
  public var producers: Int
  /// Messages that were ever added this way.
  public var added: UInt64
  /// Messages that were recognised and not added.
  public var duplicates: UInt64
}

/// A part of a stream.
///
/// Places of strings are in the bytes that come with it.
///
/// In this order: `info`; `entry`, each followed by its fields as pairs; then for each group `group`,
/// its consumers, each followed by its pending entries, and the pending entries that have no
/// consumer; at last `idmp` and for each producer `producer` and its messages.
public enum StreamPart: Hashable, BitwiseCopyable, Sendable {
  /// The stream as a whole.
  case info(StreamInfo)
  /// An entry, and how many pairs follow.
  case entry(StreamID, isDeleted: Bool, fields: Int)
  /// A group's name, and the group.
  case group(StringObject, StreamGroup)
  /// A consumer's name, and the consumer; it belongs to the last group.
  case consumer(StringObject, StreamConsumer)
  /// An entry that is pending in the last group.
  case pending(PendingEntry, PendingOwner)
  /// What is kept to recognise messages that are sent twice.
  case idmp(StreamIDMP)
  /// A producer's name, and how many messages follow.
  case producer(StringObject, messages: Int)
  /// A message's name, and the entry that it became.
  case message(StringObject, StreamID)
}
