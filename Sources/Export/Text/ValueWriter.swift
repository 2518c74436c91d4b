// A value, element by element, as text.
//
//   lines   string: the string          list, set: an element per line
//           hash: field, tab, value     sorted set: score, tab, member
//           (escaped as in tab-separated rows)
//   json    string: "…"                 list, set: ["…", …]
//           hash: [["field","value"], …]  sorted set: [["member", score], …]
//           (pairs and not objects: order, duplicates and bytes that are no text are kept; an infinite
//           score is the string "inf" or "-inf")

public import RDB

/// Writes the value it is walked into.
public struct ValueWriter: ValueSink, ~Copyable {
  /// How elements are spelled.
  public enum Style: Hashable, Sendable {
    /// One line per element.
    case lines
    /// One JSON value.
    case json
  }

  /// Every element is looked at.
  public static var looks: Bool { true }

  /// Where the text goes.
  public var output: OutputBuffer
  /// Elements that were not written because there were more than the limit.
  public private(set) var leftOut = 0
  private let style: Style
  private let limit: Int
  private var shape = ValueShape.string
  private var written = 0
  private var scratch = Scratch()

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
    if style == .json, shape != .string { output.append(0x5b) }
  }

  /// The value ends.
  public mutating func end() {
    if style == .json, shape != .string { output.append(0x5d) }
  }

  /// Whether an element is to be written, and what stands before it.
  private mutating func starts() -> Bool {
    guard written < limit else {
      leftOut &+= 1
      return false
    }
    if style == .json, written > 0 { output.append(0x2c) }
    written &+= 1
    output.drainIfLarge()
    return true
  }

  /// Writes a string, or an element of a list or set.
  public mutating func item(_ item: StringObject, in bytes: RawSpan) throws(RDBError) {
    guard starts() else { return }
    try append(item, in: bytes)
    if style == .lines { output.append(0x0a) }
  }

  /// Writes a field of a hash and its value.
  public mutating func pair(
    _ field: StringObject, _ value: StringObject, in bytes: RawSpan
  ) throws(RDBError) {
    guard starts() else { return }
    if style == .json { output.append(0x5b) }
    try append(field, in: bytes)
    output.append(style == .json ? 0x2c : 0x09)
    try append(value, in: bytes)
    output.append(style == .json ? 0x5d : 0x0a)
  }

  /// Writes a member of a sorted set and its score.
  public mutating func member(
    _ member: StringObject, score: Double, in bytes: RawSpan
  ) throws(RDBError) {
    guard starts() else { return }
    if style == .lines {
      output.append(score: score)
      output.append(0x09)
      try append(member, in: bytes)
      return output.append(0x0a)
    }
    output.append(0x5b)
    try append(member, in: bytes)
    output.append(0x2c)
    if !score.isFinite { output.append(0x22) }
    output.append(score: score)
    if !score.isFinite { output.append(0x22) }
    output.append(0x5d)
  }

  private mutating func append(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    // The scratch is lent by hand, so that the closure may write.
    var lent = Scratch()
    swap(&lent, &scratch)
    defer { swap(&lent, &scratch) }
    try lent.withBytes(of: string, in: bytes) { (text) throws(RDBError) in
      let place = ByteRange(offset: 0, count: text.byteCount)
      if style == .json {
        output.append(json: place, of: text)
      } else {
        output.append(tsv: place, of: text)
      }
    }
  }
}
