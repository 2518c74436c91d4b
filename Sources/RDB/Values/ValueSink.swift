/// What a value is poured into as it is walked, element by element, in file order.
///
/// The grammar of values is written once, in `walk`. To step over a value is to walk it into a sink
/// that does not look; to check it, into one that looks and keeps nothing; to export it, into one
/// that writes.
public protocol ValueSink: ~Copyable {
  /// False: strings are stepped over, packed structures stay shut, only `begin` is called.
  static var looks: Bool { get }
  /// True: what servers need only for walking backwards is compared too.
  static var checks: Bool { get }

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
  /// Some fields of a hash, each followed by its value.
  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError)
  /// Some members of a sorted set; the scores may be more than the members.
  mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan) throws(RDBError)
}

extension ValueSink where Self: ~Copyable {
  /// Most sinks leave the backward links alone, as servers do.
  public static var checks: Bool { false }

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

/// Looks at everything, unpacks every string, compares every link, and keeps nothing but a count.
public struct CheckSink: ValueSink, ~Copyable {
  /// Every element is looked at.
  public static var looks: Bool { true }
  /// Backward links are compared.
  public static var checks: Bool { true }
  /// Elements seen.
  public private(set) var elements: UInt64 = 0
  private var scratch = Scratch()

  /// Makes a sink for any number of values.
  public init() {}

  /// Starts counting anew.
  public mutating func begin(_ shape: ValueShape, count: Int?) { elements = 0 }

  /// Checks that an element unpacks.
  public mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    elements &+= 1  // one per byte of the file at most
    try check(item, in: bytes)
  }

  /// Checks that a field and its value unpack.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    try check(field, in: bytes)
    try check(value, in: bytes)
  }

  /// Checks that a member unpacks and its score is a number.
  public mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    try check(member, in: bytes)
  }

  private mutating func check(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard case .lzf = string else { return }
    try scratch.withBytes(of: string, in: bytes) { (_) throws(RDBError) in }
  }
}
