/// Decodes everything, unpacks every string, compares every link, and keeps only a count.
///
/// What one part of a value says about another (a stream's length, the owner of a pending entry, a
/// template's fields) is compared by the walkers, where `checks` asks for it. What only the whole of
/// a value shows is compared by a strict sink.
package struct CheckSink: ValueSink, ~Copyable {
  /// Every element is decoded.
  package static var decodes: Bool { true }
  /// Backward links are compared.
  package static var checks: Bool { true }
  /// Everything that can be decoded.
  package static var accepts: ValueContent { .all }
  /// Decoded elements: of a stream its entries, of a module's value its values or fields.
  package private(set) var elements: UInt64 = 0
  private var shape = ValueShape.string
  private var isStream: Bool { shape == .stream }
  private var scratch = Scratch()
  private let isStrict: Bool
  private var rules = ValueRules()

  /// Makes a sink for any number of values.
  package init() { isStrict = false }

  /// Makes a sink that compares elements with each other.
  ///
  /// Each value is begun with its type and ended.
  init(isStrict: Bool) { self.isStrict = isStrict }

  /// A value of this type comes next.
  mutating func begin(_ type: RDBType, _ dialect: RDBDialect) { rules.begin(type, dialect) }

  /// The value has ended.
  mutating func end() { rules.end(shape, elements: elements) }

  /// Disagreements in a value that can be read and loaded.
  var remarks: [RDBError] { rules.remarks }
  /// The hash of two elements that seem equal.
  var repeatedHash: UInt64? { rules.repeatedHash }
  /// The hash whose elements a second walk compares.
  var suspectedHash: UInt64? {
    get { rules.suspectedHash }
    set { rules.suspectedHash = newValue }
  }

  /// Elements of this hash differ.
  mutating func markDistinct(_ hash: UInt64) { rules.distinctHashes.insert(hash) }

  /// Starts a new count.
  package mutating func begin(_ shape: ValueShape, count: Int?) {
    elements = 0
    self.shape = shape
    if shape == .stream { rules.stream.begin() }
  }

  /// Checks that an element unpacks.
  package mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    elements &+= 1  // one per byte of the file at most
    guard isStrict, shape != .list else { return try check(item, in: bytes) }
    // To compare a string is to unpack it.
    if shape == .string { try rules.string(item, in: bytes) }
    if shape == .set { try rules.element(item, in: bytes) }
    if shape != .set { try check(item, in: bytes) }
  }

  /// Checks that a field and its value unpack.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    if !isStream { elements &+= 1 }
    try checkField(field, in: bytes)
    try check(value, in: bytes)
  }

  @inline(__always)
  private mutating func checkField(_ field: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard isStrict, shape == .hash else { return try check(field, in: bytes) }
    try rules.element(field, in: bytes)
  }

  /// Checks that a member unpacks and its score is a number.
  package mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    guard isStrict else { return try check(member, in: bytes) }
    try rules.element(member, in: bytes)
    try rules.score(member, score, in: bytes)
  }

  /// Checks elements of a list or set.
  package mutating func items(
    _ items: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= UInt64(items.count)
    guard isStrict, shape == .set else { return try check(items, in: bytes) }
    try rules.elements(items, by: 1, in: bytes)
  }

  /// Checks fields and values in turn.
  package mutating func pairs(
    _ items: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    if !isStream { elements &+= UInt64(items.count / 2) }
    guard isStrict, shape == .hash, !items.hasPacked else {
      return try checkPairs(items, in: bytes)
    }
    try rules.elements(items, by: 2, in: bytes)
  }

  /// Checks members and their scores.
  package mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= UInt64(members.count)
    guard isStrict else { return try check(members, in: bytes) }
    try rules.members(members, scores, in: bytes)
  }

  /// One by one, so that the first error in the file is the one that is thrown.
  private mutating func checkPairs(
    _ items: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    for index in stride(from: 0, to: items.count, by: 2) {
      try checkField(items[index], in: bytes)
      try check(items[index &+ 1], in: bytes)
    }
  }

  private mutating func check(
    _ items: Span<StringObject>, in bytes: RawSpan
  ) throws(RDBError) {
    for index in items.indices { try check(items[index], in: bytes) }
  }

  /// Checks that a member unpacks.
  package mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    guard isStrict else { return try check(item, in: bytes) }
    try rules.element(item, in: bytes)
    try rules.fieldExpiry(expiry, of: item)
  }

  /// Checks that a field and its value unpack.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    elements &+= 1
    try checkField(field, in: bytes)
    try check(value, in: bytes)
    if isStrict { try rules.fieldExpiry(expiry, of: field) }
  }

  /// Counts entries, and checks that names unpack.
  package mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .entry(_, isDeleted: false, fields: _): elements &+= 1
    case .group(let name, _), .consumer(let name, _), .producer(let name, _),
      .message(let name, _):
      try check(name, in: bytes)
    case .info, .entry, .pending, .idmp: break
    }
    if isStrict { try rules.stream.take(part, in: bytes, &scratch) }
  }

  /// Counts values or fields, and checks that strings unpack.
  package mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .values, .tairSortedSet, .tairScore: break
    case .value(.string(let string)), .tairMember(let string), .json(let string):
      elements &+= 1
      try check(string, in: bytes)
    case .value: elements &+= 1
    case .tairString(let string):
      elements &+= 1
      try check(string.value, in: bytes)
    case .tairHash(key: let key, fields: _): try check(key, in: bytes)
    case .tairField(let field):
      elements &+= 1
      try check(field.field, in: bytes)
      try check(field.value, in: bytes)
    }
  }

  /// Counts elements, and checks that strings unpack.
  package mutating func array(_ part: ArrayPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .insertIndex: break
    case .string(let string, at: _):
      elements &+= 1
      try check(string, in: bytes)
    case .double: elements &+= 1
    }
  }

  /// Checks that strings unpack.
  package mutating func cron(_ part: CronPart, in bytes: RawSpan) throws(RDBError) {
    elements &+= 1
    switch part {
    case .job(script: let string, start: _, interval: _), .key(let string), .argument(let string):
      try check(string, in: bytes)
    }
  }

  /// Counts the number.
  package mutating func number(_ number: UInt64) { elements &+= 1 }

  private mutating func check(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard case .lzf(let place, let count) = string else { return }
    do throws(RDBError) {
      try LZF.check(bytes.extracting(place.range), count: count)
    } catch {
      throw error.moved(by: place.offset)
    }
  }
}
