// Whether every string of a value decodes. A key may be deleted before its commands only if the
// commands are going to be complete: a large value is decoded once before anything is written.

import RDB

/// Decodes a value and keeps nothing.
struct DecodeCheck: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { CommandExporter.accepts }

  private var strings = Scratch()
  private var walkScratch = Scratch()
  /// Whether fields of a hash or members of a sorted set repeat.
  private(set) var repeats = RepeatedElements()
  private var isStream = false

  /// Decodes the value of a record.
  /// - Throws: What is wrong with it, with a file offset.
  mutating func check(
    _ record: RDBRecord, _ context: ValueContext, in bytes: RawSpan
  ) throws(RDBError) {
    repeats.begin()
    var at = record.valueOffset
    // Taken out while the walker has it.
    var lent = Scratch()
    swap(&lent, &walkScratch)
    defer { swap(&lent, &walkScratch) }
    try walk(record.type, context, in: bytes, at: &at, scratch: &lent, into: &self)
  }

  private mutating func decode(_ string: StringObject, _ bytes: RawSpan) throws(RDBError) {
    guard case .lzf = string else { return }
    try strings.withBytes(of: string, in: bytes) { (_) throws(RDBError) in }
  }

  mutating func begin(_ shape: ValueShape, count: Int?) { isStream = shape == .stream }

  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    try decode(item, bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    if !isStream { try repeats.look(at: field, in: bytes) }
    try decode(field, bytes)
    try decode(value, bytes)
  }

  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    try repeats.look(at: member, in: bytes)
    try decode(member, bytes)
  }

  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) throws(RDBError) {
    guard !isStream, !items.hasPacked else {
      for index in stride(from: 0, to: items.count, by: 2) {
        try pair(items[index], items[index &+ 1], in: bytes)
      }
      return
    }
    try repeats.look(at: items, by: 2, in: bytes)
  }

  mutating func members(
    _ members: Span<StringObject>, scores: Span<Double>, in bytes: RawSpan
  ) throws(RDBError) {
    guard !members.hasPacked else {
      for index in members.indices { try member(members[index], score: scores[index], in: bytes) }
      return
    }
    try repeats.look(at: members, by: 1, in: bytes)
  }

  mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    try decode(item, bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    try pair(field, value, in: bytes)
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .group(let name, _): try decode(name, bytes)
    case .consumer(let name, _): try decode(name, bytes)
    default: break
    }
  }

  mutating func module(_ part: ModulePart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .tairString(let string): try decode(string.value, bytes)
    case .tairField(let field): try pair(field.field, field.value, in: bytes)
    case .tairMember(let member): try decode(member, bytes)
    case .json(let text): try decode(text, bytes)
    default: break
    }
  }
}
