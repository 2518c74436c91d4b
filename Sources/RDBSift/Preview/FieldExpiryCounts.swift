// Hash fields with their own expiry. A time shift moves only the expiry of keys, so after a long gap
// most of these fields have expired when they are restored.

import RDB

/// Counts field expiries.
package struct FieldExpiryCounts: Hashable, Sendable {
  /// Keys with at least one field expiry.
  package var keys: UInt64 = 0
  /// Fields with an expiry.
  package var fields: UInt64 = 0
  /// Fields whose expiry has passed.
  package var expired: UInt64 = 0
  /// The first keys with an expired field.
  package var examples: FirstRecords

  init(file: Int) { examples = FirstRecords(3, file: file) }

  mutating func merge(_ other: FieldExpiryCounts) {
    keys &+= other.keys
    fields &+= other.fields
    expired &+= other.expired
    examples.merge(other.examples)
  }

  /// Counts the field expiries of a value; types that have none are not decoded.
  mutating func add(
    _ record: RDBRecord, now: UnixMilliseconds, in bytes: RawSpan,
    _ context: ValueContext, _ scratch: inout Scratch
  ) {
    let content = record.type.content(in: context.dialect)
    guard content == .fieldExpiries || content == .modules else { return }
    var sink = FieldExpirySink(now: now)
    var at = record.valueOffset
    // `verify` and `export` report damage.
    guard
      (try? walk(record.type, context, in: bytes, at: &at, scratch: &scratch, into: &sink)) != nil,
      sink.fields > 0
    else { return }
    keys &+= 1
    fields &+= sink.fields
    expired &+= sink.expired
    if sink.expired > 0 { examples.add(record, in: bytes) }
  }
}

/// Counts the field expiries of one value.
private struct FieldExpirySink: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { [.elements, .fieldExpiries, .modules] }

  let now: UnixMilliseconds
  var fields: UInt64 = 0
  var expired: UInt64 = 0

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
    if expiry <= now { expired &+= 1 }
  }
}
