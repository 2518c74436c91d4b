// A value as text, element by element.
//
// As lines (strings escaped as in tab-separated rows, missing values empty):
//
//   string, JSON   the string
//   list, set      an element per line        with expiries: member, tab, expire_ms
//   hash           field, tab, value          with expiries: field, tab, value, tab, expire_ms
//   sorted set     score, tab, member
//   others         lines that begin with a word (ValueWriter+Stream, +Rare)
//
// As JSON (a string is "…", or {"b64":"…"} if it is not UTF-8; an infinite number is "inf" or
// "-inf";
// arrays of pairs instead of objects, to keep order, duplicates and binary fields):
//
//   string, JSON   "…"
//   list, set      ["…", …]                   with expiries: [["member", expire_ms|null], …]
//   hash           [["field","value"], …]     with expiries: [["field","value",expire_ms|null], …]
//   sorted set     [["member", score], …]
//   others         an object (ValueWriter+Stream, +Rare)

package import RDB

/// A sink that writes a value as text.
package struct ValueWriter: ValueSink, ~Copyable {
  /// The style of the text.
  package enum Style: Hashable, Sendable {
    /// Lines of tab-separated fields.
    case lines
    /// One JSON value.
    case json
  }

  package static var decodes: Bool { true }
  package static var accepts: ValueContent { .all }

  /// The output.
  package var output: OutputBuffer
  /// Elements beyond the limit, which were not written.
  package internal(set) var leftOut = 0
  let style: Style
  var nesting = JSONNesting()
  /// The part of a stream being written.
  var streamPhase = StreamPhase.entries
  /// Whether the pairs that follow are skipped: those of a deleted entry, or beyond the limit.
  var isMuted = false
  /// Whether a cron job's arguments have begun.
  var isInArguments = false
  private let limit: Int
  private var shape = ValueShape.string
  private var written = 0
  /// Whether a line is open.
  var lineIsOpen = false
  /// Whether a name was written whose value comes next.
  var isNamed = false
  var scratch = Scratch()

  /// Creates a writer of at most `limit` elements.
  package init(_ style: Style, into output: consuming OutputBuffer, limit: Int = .max) {
    self.style = style
    self.limit = limit
    self.output = output
  }

  /// The value begins.
  package mutating func begin(_ shape: ValueShape, count: Int?) {
    self.shape = shape
    written = 0
    leftOut = 0
    streamPhase = .entries
    isMuted = false
    isInArguments = false
    isNamed = false
    guard style == .json else { return }
    switch shape {
    case .list, .set, .hash, .sortedSet: beginArray()
    default: break
    }
  }

  /// The value ends.
  package mutating func end() {
    endLine()
    if shape == .stream { endStreamEntries() }
    if shape == .cron { beginCronArguments() }
    close(to: 0)
  }

  /// Whether to write the next element.
  mutating func starts() -> Bool {
    guard written < limit else {
      leftOut &+= 1
      return false
    }
    written &+= 1
    endLine()
    output.drainIfLarge()
    return true
  }

  /// Writes a string, or an element of a list or set.
  package mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard starts() else { return }
    try field(item, in: bytes)
  }

  /// Writes a field of a hash or a stream's entry and its value.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    let isEntry = shape == .stream
    guard isEntry ? !isMuted : starts() else { return }
    beginArray()
    try self.field(field, in: bytes)
    try self.field(value, in: bytes)
    endArray()
  }

  /// Writes a member of a sorted set and its score.
  package mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    guard starts() else { return }
    beginArray()
    if style == .lines { field(score) }
    try field(member, in: bytes)
    if style == .json { field(score) }
    endArray()
  }

  /// Writes a set member and its expiry.
  package mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    guard starts() else { return }
    beginArray()
    try field(item, in: bytes)
    field(expiry)
    endArray()
  }

  /// Writes a hash field, its value and its expiry.
  package mutating func pair(
    _ field: StringObject, _ value: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    guard starts() else { return }
    beginArray()
    try self.field(field, in: bytes)
    try self.field(value, in: bytes)
    self.field(expiry)
    endArray()
  }
}
