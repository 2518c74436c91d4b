// The walk that measures a value: lengths and counts, nothing decoded beyond that.

import RDB

/// Measures values under one or more models.
struct MemorySink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries, .streams] }
  static var takesFields: Bool { false }

  /// Whether packed structures are opened, to find the longest element.
  let opens: Bool
  /// Whether it is computed what a listpack of the elements takes.
  private let packs: Bool
  private(set) var facts = ValueFacts()
  var models: [ModelSums]
  /// The lengths of a row of elements.
  private var lengths = [Int](repeating: 0, count: 128)

  init(_ models: [ModelSums], opens: Bool) {
    self.models = models
    self.opens = opens
    packs = models.contains { $0.limits != nil }
  }

  /// A value comes next.
  mutating func begin(_ container: Container, _ type: RDBType) {
    facts = ValueFacts()
    facts.container = container
    facts.isZiplist = type.isZiplist
    facts.isIntset = type == .setIntset
    for index in models.indices { models[index].begin() }
  }

  mutating func begin(_ shape: ValueShape, count: Int?) {
    facts.shape = shape
    facts.count = count ?? 0
    if shape == .stream { for index in models.indices { models[index].beginStream() } }
  }

  mutating func container(_ string: StringObject) -> Bool {
    let count = string.count
    facts.blobs += 1
    facts.blobBytes += count
    for index in models.indices { models[index].blob(count) }
    return opens || packs
  }

  mutating func node(_ id: StreamID, _ listpack: StringObject) -> Bool {
    let count = listpack.count
    facts.blobBytes += count
    for index in models.indices { models[index].node(id, count) }
    return false
  }

  // MARK: Elements

  /// Whether elements have an allocation each.
  private var isTable: Bool { facts.container == .table || facts.container == .skiplist || packs }

  mutating func items(_ items: Span<StringObject>, in bytes: RawSpan) {
    measure(items, in: bytes)
    guard isTable else { return }
    for index in models.indices { models[index].members(lengths, first: items.count) }
  }

  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) {
    measure(items, in: bytes)
    guard isTable else { return }
    for index in models.indices { models[index].pairs(lengths, first: items.count) }
  }

  mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) {
    measure(members, in: bytes)
    guard isTable else { return }
    if packs { for index in members.indices { pack(scores[index]) } }
    for index in models.indices { models[index].sortedSetMembers(lengths, first: members.count) }
  }

  mutating func item(_ item: StringObject, in bytes: RawSpan) {
    measure(item, in: bytes)
    guard isTable else { return }
    for index in models.indices { models[index].members(lengths, first: 1) }
  }

  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {
    pair(field, value, expiry: nil, in: bytes)
  }

  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {
    measure(member, in: bytes)
    for index in models.indices { models[index].sortedSetMembers(lengths, first: 1) }
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) {
    facts.expiring += expiry == nil ? 0 : 1
    measure(value, in: bytes)
    let count = lengths[0]
    measure(field, in: bytes)
    guard isTable else { return }
    for index in models.indices {
      models[index].pair(lengths[0], count, hasExpiry: expiry != nil)
    }
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) {
    switch part {
    case .group(let name, _):
      facts.groups += 1
      for index in models.indices { models[index].group(name.count) }
    case .consumer(let name, _):
      for index in models.indices { models[index].consumer(name.count) }
    case .pending(let entry, let owner):
      let isOwned = if case .consumer = owner { true } else { false }
      for index in models.indices { models[index].pending(entry.id, isOwned: isOwned) }
    case .info, .entry, .idmp, .producer, .message: break
    }
  }

  // MARK: Lengths

  /// Fills `lengths` and finds the longest.
  @inline(__always)
  private mutating func measure(_ items: Span<StringObject>, in bytes: RawSpan) {
    var (longest, sum) = (facts.longest, 0)
    var row = lengths.mutableSpan
    for index in items.indices {
      let count = items[index].length
      row[index] = count
      longest = max(longest, count)
      sum &+= count
    }
    facts.longest = longest
    facts.elementBytes &+= sum
    if packs { for index in items.indices { pack(items[index], in: bytes) } }
  }

  private mutating func measure(_ item: StringObject, in bytes: RawSpan) {
    let count = item.length
    lengths[0] = count
    facts.longest = max(facts.longest, count)
    facts.elementBytes &+= count
    if packs { pack(item, in: bytes) }
  }

  private mutating func pack(_ item: StringObject, in bytes: RawSpan) {
    let start = facts.packedBytes
    defer {
      if facts.container == .quicklist {
        let packed = facts.packedBytes - start
        for index in models.indices { models[index].listElement(item.length, packed: packed) }
      }
    }
    switch item {
    case .integer(let number): facts.pack(number: number)
    case .raw(let place):
      if let number = ByteHash.canonicalNumber(bytes.extracting(place.range)) {
        facts.pack(number: number)
      } else {
        facts.pack(length: place.count)
      }
    case .lzf(_, let count): facts.pack(length: count)
    }
  }

  /// A score: a number, or text of up to 17 digits.
  private mutating func pack(_ score: Double) {
    let number = Int64(exactly: score)
    facts.packedBytes += number.map { ValueFacts.packed($0) } ?? 20
  }
}

extension RDBType {
  /// Whether packed structures of this type are those of Redis before 7.0.
  fileprivate var isZiplist: Bool {
    switch self {
    case .hashZipmap, .listZiplist, .zsetZiplist, .hashZiplist, .listQuicklist: true
    default: false
    }
  }
}

extension StringObject {
  /// The same as `count`, where this module compiles it into its loops.
  @inline(__always)
  var length: Int {
    switch self {
    case .raw(let place): place.count
    case .integer(let number): Decimal.digits(number)
    case .lzf(_, let count): count
    }
  }
}
