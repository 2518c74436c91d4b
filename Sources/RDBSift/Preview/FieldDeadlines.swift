// Fields of hashes that expire on their own. A time shift moves the expiry of keys only, so after a
// long gap most of these are over when they come back.

import RDB

/// Deadlines of fields, counted.
package struct FieldDeadlines: Hashable, Sendable {
  /// Keys that have any.
  package var keys: UInt64 = 0
  /// Fields that have one.
  package var fields: UInt64 = 0
  /// Those of them that are over.
  package var over: UInt64 = 0
  /// The first keys of which a field is over.
  package var examples: FirstNotes

  init(file: Int) { examples = FirstNotes(3, file: file) }

  mutating func merge(_ other: FieldDeadlines) {
    keys &+= other.keys
    fields &+= other.fields
    over &+= other.over
    examples.merge(other.examples)
  }

  /// Counts the deadlines in a value; values of types that have none are not opened.
  mutating func add(
    _ record: RDBRecord, now: UnixMilliseconds, in bytes: RawSpan,
    _ context: ValueContext, _ scratch: inout Scratch
  ) {
    let opening = record.type.content(in: context.dialect)
    guard opening == .fieldExpiries || opening == .modules else { return }
    var sink = DeadlineSink(now: now)
    var at = record.valueOffset
    // Damage is for `verify` and `export` to tell.
    guard
      (try? walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)) != nil,
      sink.fields > 0
    else { return }
    keys &+= 1
    fields &+= sink.fields
    over &+= sink.over
    if sink.over > 0 { examples.add(record, in: bytes) }
  }
}

/// Counts deadlines.
private struct DeadlineSink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries, .modules] }

  let now: UnixMilliseconds
  var fields: UInt64 = 0
  var over: UInt64 = 0

  init(now: UnixMilliseconds) { self.now = now }

  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {}
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}

  mutating func item(_ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan) {
    note(expiry)
  }

  mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) {
    note(expiry)
  }

  mutating func module(_ part: ModulePart, in bytes: RawSpan) {
    if case .tairField(let field) = part { note(field.expiry) }
  }

  private mutating func note(_ expiry: UnixMilliseconds?) {
    guard let expiry else { return }
    fields &+= 1
    if expiry <= now { over &+= 1 }
  }
}
