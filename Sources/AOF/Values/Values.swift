// Values that the log changes: small classes, since a command changes them in place.

import RDB

/// A string: a place, or bytes of its own once a part of it was changed.
final class StringValue {
  private(set) var place: StringPlace
  private(set) var owned: [UInt8]?

  init(_ place: StringPlace) { self.place = place }

  init(_ bytes: [UInt8]) {
    place = .empty
    owned = bytes
  }

  init(_ other: StringValue) {
    place = other.place
    owned = other.owned
  }

  var count: Int { owned?.count ?? place.count }

  /// Lends the bytes.
  func withBytes<Result>(_ parts: ByteParts, _ body: (RawSpan) -> Result) -> Result {
    if let owned { return owned.withRawSpan(body) }
    return parts.withBytes(place, body)
  }

  /// Changes the bytes.
  func change(_ parts: ByteParts, _ body: (inout [UInt8]) -> Void) {
    var bytes = owned ?? parts.array(place)
    owned = nil
    body(&bytes)
    owned = bytes
  }

  /// The string as a place; bytes of its own go to the arena.
  func placed(_ parts: ByteParts) -> StringPlace {
    if let bytes = owned {
      place = parts.keep(bytes)
      owned = nil
    }
    return place
  }
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
  var fields: PlaceMap<HashField>

  init(_ fields: PlaceMap<HashField>) { self.fields = fields }
  init(_ other: HashValue) { fields = other.fields }

  /// Whether any field expires.
  var hasExpiries: Bool {
    fields.indices.contains { fields.isLive($0) && fields.values[$0].expiry != .max }
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
    scores.find(member, in: parts).map { scores.values[$0] }
  }

  func set(_ member: StringPlace, _ score: Double, _ parts: ByteParts) {
    if let index = scores.find(member, in: parts) {
      let kept = scores.key(index)
      order?.remove(SortedOrder.Item(score: scores.values[index], member: kept), parts)
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
      SortedOrder.Item(score: scores.values[index], member: scores.key(index)), parts)
    scores.remove(at: index)
  }

  /// Members by score, and by bytes where scores are equal.
  func ordered(_ parts: ByteParts) -> SortedOrder {
    if let order { return order }
    let items = scores.indices.filter { scores.isLive($0) }.map {
      SortedOrder.Item(score: scores.values[$0], member: scores.key($0))
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
