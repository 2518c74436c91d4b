/// A part of a record: which bytes, and what they are.
package struct TracePart: Hashable, Sendable {
  /// How bytes are to be read.
  package enum Kind: Hashable, Sendable {
    /// An attribute of the key before its type: the opcode and what it carries.
    case attribute(RDBOpcode)
    /// The type byte.
    case type(RDBType)
    /// The length in front of the key's bytes, or the whole key where it is stored as a number.
    case keyHead
    /// The key's bytes, or the LZF data that they are packed in.
    case key
    /// The length before a string, or a part of what precedes LZF data.
    case stringHead(StringObject)
    /// A string that is stored as a number.
    case integer(Int64)
    /// The bytes of a string.
    case string
    /// LZF data; what it unpacks to is a part of its own.
    case lzf(count: Int)
    /// A number that is stored as a length: a count, an id, an opcode of a module.
    case number(UInt64)
    /// Bytes of a fixed width: a double, a time, an id.
    case fixed
    /// A part of the head of a packed structure.
    case packedHead
    /// What precedes an entry of a ziplist: the length of the previous entry.
    case previousLength
    /// What precedes the bytes of an entry of a packed structure: encoding and length.
    case entryHead
    /// An entry of a packed structure that is a number.
    case entryInteger(Int64)
    /// The bytes of an entry.
    case entry
    /// The size of an entry of a listpack, written backwards.
    case backLength
    /// Unused bytes after a value of a zipmap.
    case unused
    /// The end of a packed structure.
    case packedEnd
  }

  /// How the bytes are to be read.
  package var kind: Kind
  /// What they are in a value of this type; nil if not known.
  package var role: PartRole?
  /// Which bytes: of the file, or of what LZF data unpacks to.
  package var place: ByteRange

  init(_ kind: Kind, _ start: Int, _ end: Int, _ role: PartRole? = nil) {
    self.kind = kind
    self.role = role
    place = ByteRange(offset: start, count: end - start)
  }

  /// The same part in bytes that begin at `start`.
  func moved(by start: Int) -> TracePart {
    TracePart(kind, place.offset + start, place.end + start, role)
  }
}

/// What each byte of a record is.
package struct RecordTrace: Sendable {
  /// What LZF data unpacks to.
  package struct Inflated: Sendable {
    /// Where the data is.
    package var source: ByteRange
    /// The bytes.
    package var bytes: [UInt8]
    /// What each of them is.
    package var parts: [TracePart] = []
  }

  /// The parts of the record, in order; together they are all of its bytes.
  package var parts: [TracePart] = []
  /// What LZF data among them unpacks to, in order.
  package private(set) var inflated: [Inflated] = []
  /// The parts of all of that, and its bytes.
  private(set) var inflatedParts = 0
  private(set) var inflatedBytes = 0

  /// Adds what LZF data unpacks to.
  mutating func add(_ more: Inflated) {
    inflatedParts += more.parts.count
    inflatedBytes += more.bytes.count
    inflated.append(more)
  }
}
