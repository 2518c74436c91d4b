import RDB

/// Counts a value's elements and finds what an encoding may lose, before it is written.
struct ValueSizeSink: ValueSink {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries] }

  private(set) var shape = ValueShape.string
  private(set) var count: UInt64 = 0
  /// The earliest expiry of a field or member; nil if none has one.
  private(set) var earliestExpiry: UnixMilliseconds?
  private var hasNegativeZero = false
  /// Members of a small sorted set, at most (zset-max-listpack-entries).
  static let smallSortedSet: UInt64 = 128
  /// The size of the longest member of a sorted set.
  private var longestMember = 0
  /// The names that occurred, if repeated ones are not counted.
  private var first: FirstElements?

  /// Creates a counter; of repeated elements it may count the first only.
  init(keepsFirst: Bool = false) { first = keepsFirst ? FirstElements() : nil }

  /// Whether servers since 7.0 turn a score of -0 into 0 when they load the value: they store small
  /// sorted sets as listpacks, which hold integers without a sign for 0.
  var losesNegativeZero: Bool { isSmall && hasNegativeZero }

  private var isSmall: Bool { count <= ValueSizeSink.smallSortedSet && longestMember <= 64 }

  mutating func begin(_ shape: ValueShape, count: Int?) { self.shape = shape }

  mutating func item(_ item: StringObject, in bytes: RawSpan) {
    add(item, nil, in: bytes)
  }

  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {
    add(field, nil, in: bytes)
  }

  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {
    guard add(member, nil, in: bytes) else { return }
    if score == 0, score.sign == .minus { hasNegativeZero = true }
    longestMember = max(longestMember, member.room)
  }

  mutating func item(_ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan) {
    add(item, expiry, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) {
    add(field, expiry, in: bytes)
  }

  /// Counts an element; false if it repeats another of a value whose first ones count.
  @discardableResult
  private mutating func add(
    _ name: StringObject, _ expiry: UnixMilliseconds?, in bytes: RawSpan
  ) -> Bool {
    if shape != .list, first?.insert(name, in: bytes) == false { return false }
    count &+= 1
    if let expiry { earliestExpiry = min(earliestExpiry ?? expiry, expiry) }
    return true
  }
}
