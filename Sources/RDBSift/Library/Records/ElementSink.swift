// Makes strings of the elements of a value, and passes them to a closure.

import RDB

/// Passes elements to a closure.
struct ElementSink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries, .streams, .documents] }

  private let body: (Record.Value.Element) throws -> Void
  private var scratch = Scratch()
  /// The open entry of a stream, and its fields so far.
  private var entry: (id: String, fields: [Record.Value.Field])?
  private var isEntryDeleted = false
  /// What the closure threw.
  private(set) var failure: (any Error)?

  init(_ body: @escaping (Record.Value.Element) throws -> Void) { self.body = body }

  mutating func begin(_ shape: ValueShape, count: Int?) {}

  mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    try pass(.item(try string(item, in: bytes)))
  }

  mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    try pass(.item(try string(item, in: bytes)))
  }

  mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    try pass(.member(try string(member, in: bytes), score: score))
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    try pair(field, value, expiry: nil, in: bytes)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    guard !isEntryDeleted else { return }
    let pair = Record.Value.Field(
      name: try string(field, in: bytes), value: try string(value, in: bytes),
      expiry: expiry.map { UnixTime($0) })
    if entry != nil {
      entry?.fields.append(pair)
    } else {
      try pass(.field(pair))
    }
  }

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    // An entry ends where another part of the stream begins.
    try finish()
    guard case .entry(let id, let isDeleted, _) = part else { return }
    isEntryDeleted = isDeleted
    entry = isDeleted ? nil : (id.description, [])
  }

  /// Passes the last entry of a stream on.
  mutating func finish() throws(RDBError) {
    isEntryDeleted = false
    guard let (id, fields) = entry.take() else { return }
    try pass(.entry(Record.Value.Entry(id: id, fields: fields)))
  }

  private mutating func string(
    _ string: StringObject, in bytes: RawSpan
  ) throws(RDBError) -> StoredString {
    try scratch.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      StoredString(copying: text)
    }
  }

  private mutating func pass(_ element: Record.Value.Element) throws(RDBError) {
    do {
      try body(element)
    } catch {
      failure = error
      // Ends the walk; whoever walks looks at `failure` first.
      throw RDBError(.limitExceeded, at: 0)
    }
  }
}
