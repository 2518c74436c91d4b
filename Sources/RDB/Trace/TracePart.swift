/// A part of a record: which bytes, and what they are.
public struct TracePart: Hashable, Sendable {
  /// What bytes are.
  public enum Kind: Hashable, Sendable {
    /// An attribute of the key before its type: the opcode and what it carries.
    case attribute(RDBOpcode)
    /// The type byte.
    case type(RDBType)
    /// The length in front of the key's bytes, or the whole key where it is stored as a number.
    case keyHead
    /// The key's bytes, or the LZF data that they are packed in.
    case key
    /// The head of a string: its length, or for LZF data both lengths.
    case stringHead(StringObject)
    /// A string that is stored as a number.
    case integer(Int64)
    /// The bytes of a string.
    case string
    /// LZF data; what it unpacks to is a part of its own.
    case lzf(count: Int)
    /// A number that is spelled as a length: a count, an id, an opcode of a module.
    case number(UInt64)
    /// Bytes of a fixed width: a double, a time, an id.
    case fixed
    /// The head of a packed structure: its size and counts.
    case packedHead
    /// What stands before the bytes of an entry of a packed structure.
    case entryHead
    /// An entry of a packed structure that is a number.
    case entryInteger(Int64)
    /// The bytes of an entry.
    case entry
    /// The size of an entry, written backwards, or unused bytes behind it.
    case entryTail
    /// The end of a packed structure.
    case packedEnd
  }

  /// What the bytes are.
  public var kind: Kind
  /// Which bytes: of the file, or of what LZF data unpacks to.
  public var place: ByteRange

  init(_ kind: Kind, _ start: Int, _ end: Int) {
    self.kind = kind
    place = ByteRange(offset: start, count: end - start)
  }

  /// The same part in bytes that begin at `start`.
  func moved(by start: Int) -> TracePart {
    TracePart(kind, place.offset + start, place.end + start)
  }
}

/// What each byte of a record is.
public struct RecordTrace: Sendable {
  /// What LZF data unpacks to.
  public struct Inflated: Sendable {
    /// Where the data is.
    public var source: ByteRange
    /// The bytes.
    public var bytes: [UInt8]
    /// What each of them is.
    public var parts: [TracePart] = []
  }

  /// The parts of the record, in order; together they are all of its bytes.
  public var parts: [TracePart] = []
  /// What LZF data among them unpacks to, in order.
  public var inflated: [Inflated] = []
}
