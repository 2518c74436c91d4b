/// What a value is poured into as it is walked, element by element, in file order.
///
/// The grammar of values is written once, in `walk`. To step over a value is to walk it into a sink
/// that does not look; to check it, into one that looks and keeps nothing; to export it, into one
/// that writes.
public protocol ValueSink: ~Copyable {
  /// False: strings are stepped over, packed structures stay shut, only `begin` is called.
  static var looks: Bool { get }
  /// True: what servers need only for walking backwards is compared too, and all that one part of a
  /// value says about another.
  static var checks: Bool { get }
  /// What the sink can take.
  ///
  /// A value that needs more is stepped over, so that nothing of it is lost unseen.
  static var opens: ValueOpening { get }
  /// Whether the sink takes the fields of a stream's entries; if not, they are read and not poured.
  static var takesFields: Bool { get }
  /// Whether the sink is told of a stream's entries behind its groups.
  static var takesEntriesLast: Bool { get }

  /// The value begins. `count` elements follow (pairs count once); nil where only the end tells.
  mutating func begin(_ shape: ValueShape, count: Int?)
  /// A string, or an element of a list or set. Its places are in `bytes`.
  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError)
  /// A field of a hash and its value. Their places are in `bytes`.
  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan) throws(RDBError)
  /// A member of a sorted set and its score. Its place is in `bytes`.
  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan) throws(RDBError)

  /// Some elements of a list or set, in order: for sinks that need speed.
  mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError)
  /// Some fields of a hash or of a stream's entry, each followed by its value.
  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError)
  /// Some members of a sorted set; the scores may be more than the members.
  mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan) throws(RDBError)

  // From here on only what `opens` asks for.

  /// A member of a set whose members have deadlines (`.deadlines`).
  mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan) throws(RDBError)
  /// A field of a hash whose fields have deadlines (`.deadlines`).
  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError)
  /// A part of a stream (`.streams`).
  mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError)
  /// An entry of a stream with its fields and values in turn: for sinks that need speed.
  mutating func entry(
    _ id: StreamID, isDeleted: Bool, fields: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError)
  /// A part of a module's value (`.modules`).
  mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError)
  /// A part of a sparse array (`.arrays`).
  mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError)
  /// A part of a cron job (`.crons`).
  mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError)
  /// The number that a rate limiter is (`.numbers`).
  mutating func number(_ number: UInt64) throws(RDBError)
}

extension ValueSink where Self: ~Copyable {
  /// Most sinks leave the backward links alone, as servers do.
  public static var checks: Bool { false }

  /// Only plain elements.
  public static var opens: ValueOpening { .elements }

  /// Most sinks want all of an entry.
  public static var takesFields: Bool { true }

  /// Most sinks take a stream in its order.
  public static var takesEntriesLast: Bool { false }

  /// Whether values that need this much are poured into the sink.
  @inline(__always)
  static func opens(_ opening: ValueOpening) -> Bool { looks && opens.isSuperset(of: opening) }

  /// One by one.
  public mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    for index in items.indices { try item(items[index], in: bytes) }
  }

  /// One by one.
  public mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    for index in stride(from: 0, to: items.count, by: 2) {
      try pair(items[index], items[index + 1], in: bytes)
    }
  }

  /// One by one.
  public mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) throws(RDBError) {
    for index in members.indices { try member(members[index], score: scores[index], in: bytes) }
  }
}

extension ValueSink where Self: ~Copyable {
  /// As a part of the stream, and pairs.
  public mutating func entry(
    _ id: StreamID, isDeleted: Bool, fields: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    try stream(.entry(id, isDeleted: isDeleted, fields: fields.count / 2), in: bytes)
    if fields.count > 0 { try pairs(fields, in: bytes) }
  }
}

// For sinks that do not open such values, and so are never called with them.
extension ValueSink where Self: ~Copyable {
  /// Nothing.
  public mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {}

  /// Nothing.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {}

  /// Nothing.
  public mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {}

  /// Nothing.
  public mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {}

  /// Nothing.
  public mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {}

  /// Nothing.
  public mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError) {}

  /// Nothing.
  public mutating func number(_ number: UInt64) throws(RDBError) {}
}

/// Steps over a value and keeps its element count.
struct SkipSink: ValueSink {
  static var looks: Bool { false }
  var count: UInt64 = .max

  mutating func begin(_ shape: ValueShape, count: Int?) {
    self.count = count.map { UInt64(truncatingIfNeeded: $0) } ?? .max
  }
  mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {}
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}
}
