// A value, element by element, as text.
//
// As lines (strings escaped as in tab-separated rows, what does not exist left empty):
//
//   string, JSON   the string
//   list, set      an element per line        with deadlines: member, tab, expire_ms
//   hash           field, tab, value          with deadlines: field, tab, value, tab, expire_ms
//   sorted set     score, tab, member
//   others         lines whose first field says what they are (ValueWriter+Stream, +Module, +Rare)
//
// As JSON (a string is "…", or {"b64":"…"} if it is not UTF-8; an infinite number is "inf" or "-inf";
// pairs and not objects, so that order, duplicates and bytes that are no text are kept):
//
//   string, JSON   "…"
//   list, set      ["…", …]                   with deadlines: [["member", expire_ms|null], …]
//   hash           [["field","value"], …]     with deadlines: [["field","value",expire_ms|null], …]
//   sorted set     [["member", score], …]
//   others         an object (ValueWriter+Stream, +Module, +Rare)

public import RDB

/// Writes the value it is walked into.
public struct ValueWriter: ValueSink, ~Copyable {
  /// How elements are spelled.
  public enum Style: Hashable, Sendable {
    /// Lines of tab-separated fields.
    case lines
    /// One JSON value.
    case json
  }

  /// Every element is looked at.
  public static var decodes: Bool { true }
  /// Everything that can be opened.
  public static var accepts: ValueContent { .all }

  /// Where the text goes.
  public var output: OutputBuffer
  /// Elements that were not written because there were more than the limit.
  public internal(set) var leftOut = 0
  let style: Style
  var nesting = JSONNesting()
  /// Where a stream is: what was told of it last.
  var streamPhase = StreamPhase.entries
  /// Whether the pairs that come are left out: those of a deleted entry, or of one beyond the limit.
  var isMuted = false
  /// Whether a cron job's arguments have begun.
  var isInArguments = false
  private let limit: Int
  private var shape = ValueShape.string
  private var written = 0
  /// Whether a line was begun: what comes next belongs to it.
  var lineIsOpen = false
  /// Whether a name was written whose value comes next.
  var isNamed = false
  var scratch = Scratch()

  /// Makes a writer of at most `limit` elements.
  public init(_ style: Style, into output: consuming OutputBuffer, limit: Int = .max) {
    self.style = style
    self.limit = limit
    self.output = output
  }

  /// The value begins.
  public mutating func begin(_ shape: ValueShape, count: Int?) {
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
  public mutating func end() {
    endLine()
    if shape == .stream { endStreamEntries() }
    if shape == .cron { beginCronArguments() }
    close(to: 0)
  }

  /// Whether an element is to be written.
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
  public mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard starts() else { return }
    try field(item, in: bytes)
  }

  /// Writes a field of a hash or a stream's entry and its value.
  public mutating func pair(
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
  public mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    guard starts() else { return }
    beginArray()
    if style == .lines { field(score) }
    try field(member, in: bytes)
    if style == .json { field(score) }
    endArray()
  }

  /// Writes a member of a set and its deadline.
  public mutating func item(
    _ item: StringObject, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) throws(RDBError) {
    guard starts() else { return }
    beginArray()
    try field(item, in: bytes)
    field(expiry)
    endArray()
  }

  /// Writes a field of a hash, its value and its deadline.
  public mutating func pair(
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
