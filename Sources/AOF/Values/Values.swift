// Values that the log changes: small classes, since a command changes them in place. Most strings are
// only written and overwritten, so that a string is no object before a part of it is changed.

import RDB

/// A string: a place, or bytes of its own once a part of it was changed.
enum StringValue {
  case place(StringPlace)
  case owned(OwnedBytes)

  init(_ place: StringPlace) { self = .place(place) }
  init(_ bytes: [UInt8]) { self = .owned(OwnedBytes(bytes)) }

  var count: Int {
    switch self {
    case .place(let place): place.count
    case .owned(let owned): owned.bytes.count
    }
  }

  /// Lends the bytes.
  func withBytes<Result>(_ parts: ByteParts, _ body: (RawSpan) -> Result) -> Result {
    switch self {
    case .place(let place): parts.withBytes(place, body)
    case .owned(let owned): owned.bytes.withRawSpan(body)
    }
  }

  /// Changes the bytes.
  mutating func change(_ parts: ByteParts, _ body: (inout [UInt8]) -> Void) {
    switch self {
    case .place(let place):
      var bytes = parts.array(place)
      body(&bytes)
      self = .owned(OwnedBytes(bytes))
    case .owned(let owned): body(&owned.bytes)
    }
  }

  /// Another string of the same bytes.
  func copied() -> StringValue {
    switch self {
    case .place: self
    case .owned(let owned): .owned(OwnedBytes(owned.bytes))
    }
  }

  /// The string as a place; bytes of its own go to the arena.
  func placed(_ parts: ByteParts) -> StringPlace {
    switch self {
    case .place(let place): place
    case .owned(let owned): parts.keep(owned.bytes)
    }
  }
}

/// Bytes that a command changes in place.
final class OwnedBytes {
  var bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// A list.
final class ListValue {
  var items: Deque<StringPlace>

  init(_ items: Deque<StringPlace>) { self.items = items }
  init(_ other: ListValue) { items = other.items }
}

/// A set.
final class SetValue {
  var members: PlaceMap<Void>

  init(_ members: PlaceMap<Void>) { self.members = members }
  init(_ other: SetValue) { members = other.members }
}

/// A field of a hash.
struct HashField: BitwiseCopyable {
  var value: StringPlace
  /// When the field expires, in milliseconds; `Int64.max` for never.
  var expiry = Int64.max
}

/// A hash.
final class HashValue {
  private(set) var fields: PlaceMap<HashField>
  /// Whether a field that expires was ever set; few hashes have any.
  private var mayExpire = false

  init(_ fields: PlaceMap<HashField>) {
    self.fields = fields
    mayExpire = true
  }

  init(_ other: HashValue) {
    fields = other.fields
    mayExpire = other.mayExpire
  }

  /// A hash without fields.
  init() { fields = PlaceMap() }

  /// Whether any field expires.
  var hasExpiries: Bool {
    mayExpire && fields.indices.contains { fields.isLive($0) && fields[$0].expiry != .max }
  }

  func set(_ name: StringPlace, _ field: HashField, _ parts: ByteParts) {
    mayExpire = mayExpire || field.expiry != .max
    fields.set(name, field, in: parts)
  }

  /// Changes when a field expires.
  func setExpiry(_ expiry: Int64, at index: Int) {
    mayExpire = mayExpire || expiry != .max
    fields[index].expiry = expiry
  }

  func remove(_ name: StringPlace, _ parts: ByteParts) { fields.remove(name, in: parts) }

  /// Removes fields whose expiry holds a condition.
  func dropFields(_ isOver: (Int64) -> Bool) {
    for index in fields.indices where fields.isLive(index) && isOver(fields[index].expiry) {
      fields.remove(at: index)
      if fields.isEmpty { return }
    }
  }
}

/// A sorted set; its order is made when it is first asked for, and kept from then on.
final class SortedSetValue {
  private(set) var scores: PlaceMap<Double>
  private var order: SortedOrder?

  init(_ scores: PlaceMap<Double>) { self.scores = scores }

  init(_ other: SortedSetValue) {
    scores = other.scores
    order = other.order
  }

  func score(_ member: StringPlace, _ parts: ByteParts) -> Double? {
    scores.find(member, in: parts).map { scores[$0] }
  }

  func set(_ member: StringPlace, _ score: Double, _ parts: ByteParts) {
    if let index = scores.find(member, in: parts) {
      let kept = scores.key(index)
      order?.remove(SortedOrder.Item(score: scores[index], member: kept), parts)
      scores.replace(score, at: index)
      order?.insert(SortedOrder.Item(score: score, member: kept), parts)
    } else {
      scores.append(member, score, in: parts)
      order?.insert(SortedOrder.Item(score: score, member: member), parts)
    }
  }

  func remove(_ member: StringPlace, _ parts: ByteParts) {
    guard let index = scores.find(member, in: parts) else { return }
    order?.remove(
      SortedOrder.Item(score: scores[index], member: scores.key(index)), parts)
    scores.remove(at: index)
  }

  /// Members by score, and by bytes where scores are equal.
  func ordered(_ parts: ByteParts) -> SortedOrder {
    if let order { return order }
    let items = scores.indices.filter { scores.isLive($0) }.map {
      SortedOrder.Item(score: scores[$0], member: scores.key($0))
    }
    let made = SortedOrder(items, parts)
    order = made
    return made
  }
}

/// A sparse array (Redis 8.8).
final class ArrayValue {
  /// Elements by index: text, or a floating-point number of the base.
  var elements: [UInt64: ArrayElement] = [:]
  /// Where ARINSERT wrote last.
  var insertIndex: UInt64?

  init() {}

  init(_ other: ArrayValue) {
    elements = other.elements
    insertIndex = other.insertIndex
  }
}

/// An element of a sparse array.
enum ArrayElement: Hashable {
  case text(StringPlace)
  case double(Double)
}
