// What commands cannot tell a stream, looked for before any are written: servers since 7.0 drop a
// pending entry whose message is gone when it is claimed, no command gives one to nobody, and none
// tells which messages of producers were seen.
//
// Pending entries come behind the entries, so the value is walked twice: for their ids, and if there
// are any, for the entries that they are about.

import RDB

/// Looks for what commands cannot tell.
struct StreamSurvey: ValueSink, ~Copyable {
  static var looks: Bool { true }
  static var opens: ValueOpening { .streams }
  static var takesFields: Bool { false }

  /// Whether something needs no second look.
  private(set) var hasUncommandable = false
  /// Ids that are pending in any group.
  private(set) var pending: [StreamID] = []
  private var isSecond = false
  /// The first pending id that no entry was met for.
  private var next = 0
  private(set) var hasPendingWithoutMessage = false
  private var scratch = Scratch()

  mutating func walk(
    _ record: RDBRecord, _ context: ValueContext, in bytes: RawSpan, base: Int
  ) throws(RDBError) {
    var at = record.valueOffset &- base
    var lent = Scratch()
    swap(&lent, &scratch)
    defer { swap(&lent, &scratch) }
    try RDB.walk(record.type, context, in: bytes, at: &at, scratch: &lent, into: &self)
    if isSecond, next < pending.count { hasPendingWithoutMessage = true }
  }

  /// Before the walk that compares pending entries with those that are there.
  mutating func beginSecond() {
    isSecond = true
    pending.sort()
  }

  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {}
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}
  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) {}

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) {
    switch part {
    case .pending(let entry, let owner):
      if !isSecond { pending.append(entry.id) }
      if owner != .consumer { hasUncommandable = true }
    case .producer: hasUncommandable = true
    case .entry(let id, isDeleted: false, fields: _) where isSecond: meet(id)
    default: break
    }
  }

  private mutating func meet(_ id: StreamID) {
    while next < pending.count, pending[next] <= id {
      if pending[next] < id { hasPendingWithoutMessage = true }
      next &+= 1
    }
  }
}
