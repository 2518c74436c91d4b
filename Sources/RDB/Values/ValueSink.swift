/// Receives a value while it is walked, element by element, in file order.
///
/// The grammar of values is written once, in `walk`. Skipping a value is a walk into a sink
/// that decodes nothing; checking it, into one that decodes and keeps nothing; exporting it, into one
/// that writes.
public protocol ValueSink: ~Copyable {
  /// False: strings are skipped, packed structures are not opened, only `begin` is called.
  static var decodes: Bool { get }
  /// True: links for walking backwards are compared too, and everything that one part of a
  /// value states about another.
  static var checks: Bool { get }
  /// The content that the sink accepts.
  ///
  /// A value with other content is skipped, so that no part of it is lost silently.
  static var accepts: ValueContent { get }
  /// Whether the sink takes the fields of a stream's entries; if not, they are read and not passed.
  static var takesFields: Bool { get }
  /// Whether the sink gets a stream's entries after its groups.
  static var takesEntriesLast: Bool { get }

  /// The value begins. `count` elements follow (pairs count once); nil if only the end shows.
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

  /// A string that contains elements comes next: a packed structure, or an element of a list that has
  /// a node of its own.
  ///
  /// - Returns: Whether its elements are passed.
  mutating func container(_ string: StringObject) -> Bool
  /// A node of a stream comes next: its id, and the listpack of its entries.
  ///
  /// - Returns: Whether its entries are passed.
  mutating func node(_ id: StreamID, _ listpack: StringObject) -> Bool

  // From here on only what `opens` asks for.

  /// A member of a set whose members have expiries (`.fieldExpiries`).
  mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan) throws(RDBError)
  /// A field of a hash whose fields have expiries (`.fieldExpiries`).
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
  /// Most sinks ignore the backward links, as servers do.
  public static var checks: Bool { false }

  /// Only plain elements.
  public static var accepts: ValueContent { .elements }

  /// Most sinks want all of an entry.
  public static var takesFields: Bool { true }

  /// Most sinks take a stream in its order.
  public static var takesEntriesLast: Bool { false }

  /// Whether values with this content are passed to the sink.
  @inline(__always)
  static func accepts(_ content: ValueContent) -> Bool {
    decodes && accepts.isSuperset(of: content)
  }

  /// Most sinks want all elements.
  public mutating func container(_ string: StringObject) -> Bool { true }

  /// Most sinks want all entries.
  public mutating func node(_ id: StreamID, _ listpack: StringObject) -> Bool { true }

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
  static var decodes: Bool { false }
  var count: UInt64 = .max

  mutating func begin(_ shape: ValueShape, count: Int?) {
    self.count = count.map { UInt64(truncatingIfNeeded: $0) } ?? .max
  }
  mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {}
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}
}
