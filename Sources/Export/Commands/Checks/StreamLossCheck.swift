// Stream state that commands cannot recreate, detected before any command is written: servers since
// 7.0 drop a claimed pending entry whose message is gone, no command creates a pending entry
// without a consumer, and none restores the messages of producers.
//
// Pending entries are walked before the entries they refer to, although they are stored after them.

import RDB

/// Detects stream state that commands cannot recreate, and decodes all of it.
struct StreamLossCheck: ValueSink, ~Copyable {
  static var decodes: Bool { true }
  static var accepts: ValueContent { .streams }
  static var takesFields: Bool { false }
  static var takesEntriesLast: Bool { true }

  /// Whether there is state that no target accepts as commands.
  private(set) var hasUncommandable = false
  /// Ids that are pending in any group.
  private var pending: [StreamID] = []
  private var isSorted = false
  /// The index of the first pending id without a matching entry so far.
  private var next = 0
  private(set) var hasPendingWithoutMessage = false
  /// Whether a group has read more entries than were added, which some servers correct.
  private(set) var hasExcessEntriesRead = false
  private var entriesAdded: UInt64 = .max
  private var scratch = Scratch()
  private var strings = Scratch()

  /// Checks the stream of a record.
  /// - Throws: What is wrong with it, with a file offset.
  mutating func walk(
    _ record: RDBRecord, _ context: ValueContext, in bytes: RawSpan
  ) throws(RDBError) {
    hasUncommandable = false
    if !pending.isEmpty { pending.removeAll(keepingCapacity: true) }
    isSorted = false
    next = 0
    hasPendingWithoutMessage = false
    hasExcessEntriesRead = false
    entriesAdded = .max
    var at = record.valueOffset
    var lent = Scratch()
    swap(&lent, &scratch)
    defer { swap(&lent, &scratch) }
    try RDB.walk(record.type, context, in: bytes, at: &at, scratch: &lent, into: &self)
    if next < pending.count { hasPendingWithoutMessage = true }
  }

  mutating func begin(_ shape: ValueShape, count: Int?) {}
  mutating func item(_ item: StringObject, in bytes: RawSpan) {}
  mutating func pair(_ field: StringObject, _ value: StringObject, in bytes: RawSpan) {}
  mutating func member(_ member: StringObject, score: Double, in bytes: RawSpan) {}
  mutating func pairs(_ items: Span<StringObject>, in bytes: RawSpan) {}

  mutating func stream(_ part: StreamPart, in bytes: RawSpan) throws(RDBError) {
    switch part {
    case .pending(let entry, let owner):
      pending.append(entry.id)
      if owner != .consumer { hasUncommandable = true }
    case .producer: hasUncommandable = true
    case .info(let info): entriesAdded = info.entriesAdded ?? .max
    case .group(let name, let group):
      try decode(name, in: bytes)
      if let read = group.entriesRead, read > entriesAdded { hasExcessEntriesRead = true }
    case .consumer(let name, _): try decode(name, in: bytes)
    case .entry(let id, isDeleted: false, let fields):
      // No server adds an entry without fields.
      if fields == 0 { hasUncommandable = true }
      meet(id)
    default: break
    }
  }

  mutating func entry(
    _ id: StreamID, isDeleted: Bool, fields: Span<StringObject>, in bytes: RawSpan
  ) {
    if !isDeleted { meet(id) }
  }

  private mutating func decode(_ name: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard case .lzf = name else { return }
    try strings.withBytes(of: name, in: bytes) { (_) throws(RDBError) in }
  }

  private mutating func meet(_ id: StreamID) {
    if !isSorted {
      pending.sort()
      isSorted = true
    }
    while next < pending.count, pending[next] <= id {
      if pending[next] < id { hasPendingWithoutMessage = true }
      next &+= 1
    }
  }
}
