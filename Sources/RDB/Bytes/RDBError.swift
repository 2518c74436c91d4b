// Why bytes are invalid, and where. Small and trivial: a salvage may throw one per
// byte, so an error allocates nothing and holds no text. The command line makes the sentences.

/// An offset in a file at which its bytes are invalid, and the reason.
public struct RDBError: Error, Equatable, BitwiseCopyable, Sendable {
  /// What is wrong.
  ///
  /// Reasons are few and not multiplied by value type.
  public enum Reason: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// More bytes are needed than are there. The only reason that more input can cure.
    case truncated
    /// The first bytes are no RDB header.
    case badMagic
    /// The header's version is not a number this format has ever had.
    case badVersion
    /// A length byte of a form that does not exist, or a length that no file could hold.
    case badLength
    /// A string encoding number that does not exist.
    case badString
    /// LZF data that does not unpack to what it promises.
    case badLZF
    /// A listpack whose totals, entries or end do not agree.
    case badListpack
    /// A ziplist whose totals, entries or end do not agree.
    case badZiplist
    /// A zipmap whose entries or end do not agree.
    case badZipmap
    /// An intset of an impossible width or size.
    case badIntset
    /// A score that is not a number.
    case badScore
    /// A stream whose parts do not agree.
    case badStream
    /// A hash template that no record has defined, or a field count that does not fit it.
    case badTemplate
    /// An expiry of a field or member that is not a number, or is beyond 64 bits of milliseconds.
    case badExpiry
    /// A sparse array whose tags do not exist or whose indexes do not ascend.
    case badArray
    /// A module value whose opcodes make no sense.
    case badModule
    /// A quicklist node of a container kind that does not exist.
    case badQuicklist
    /// An opcode that this dialect does not have.
    case unknownOpcode
    /// A value type that this dialect does not have.
    case unknownType
    /// A value of a known type whose extent cannot be determined from the file.
    case unskippable
    /// A block that is compressed by a method this build does not unpack.
    case unsupportedCompression
    /// A number that is larger than the limits allow to believe.
    case limitExceeded
    /// A member of a set or sorted set, or a field of a hash, that occurs twice.
    case duplicateElement
    /// Elements that are not in the order that their layout promises.
    case wrongOrder
    /// A collection without elements, which no server keeps.
    case emptyValue
    /// A function library whose first line does not name it.
    case badFunction
    /// A string that begins like a HyperLogLog and is not laid out like one.
    case badHyperLogLog
    /// Zero bytes where a record or opcode has to begin: a hole in the file.
    case zeroHole
    /// Bytes of FF where a record or opcode has to begin: a hole in the file.
    case onesHole
  }

  /// Which part of a structure does not agree with the rest of it.
  public enum Part: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    /// Nothing in particular.
    case whole
    /// The bytes in its header that say how long it is.
    case total
    /// Where its header says that the last entry begins.
    case tail
    /// How many entries its header says.
    case count
    /// An entry's own encoding or length.
    case entry
    /// What an entry says of its own length, or of the entry before it, for walking backwards.
    case link
    /// The mark at its end.
    case end
    /// Entries that belong together, of which one is missing.
    case pairs
    /// The width of its numbers.
    case width
    /// The order of its entries.
    case order
    /// A node's id.
    case node
    /// A stream's or node's number of entries, or of deleted ones.
    case length
    /// The id that was given last.
    case lastID
    /// The first entry's id.
    case firstID
    /// The highest id that was deleted.
    case maxDeletedID
    /// How many entries were ever added.
    case added
    /// A consumer group.
    case group
    /// Entries that are pending.
    case pending
    /// A consumer.
    case consumer
    /// Messages of producers.
    case producers
    /// The fields that a template has.
    case fields
    /// An id that was defined before.
    case redefined
    /// The EOF opcode of the file, and the checksum after it.
    case trailer
    /// The checksum after the EOF opcode.
    case checksum
  }

  /// What is wrong.
  public var reason: Reason
  /// Which part of what `reason` names: a remark, which makes no two errors different.
  public var part: Part
  /// Where, in bytes from the start of the file (or of the span that was read).
  public var offset: Int
  /// The number that was found there: a length in bytes, a type, an opcode, an encoding.
  public var number: UInt64
  /// When the place is inside compressed bytes: how far into the unpacked bytes.
  ///
  /// Otherwise −1.
  public var inside: Int

  /// Makes an error at a place.
  public init(_ reason: Reason, _ part: Part = .whole, at offset: Int, number: UInt64 = 0) {
    self.reason = reason
    self.part = part
    self.offset = offset
    self.number = number
    self.inside = -1
  }

  /// Errors are equal if they say the same of the same place.
  public static func == (a: RDBError, b: RDBError) -> Bool {
    a.reason == b.reason && a.offset == b.offset && a.number == b.number && a.inside == b.inside
  }

  /// The same error, seen from a file in which the span that was read begins at `start`.
  public func moved(by start: Int) -> RDBError {
    var moved = self
    // Both are offsets into real bytes, so their sum is one too; a sum that wraps is only a place.
    moved.offset = offset &+ start
    return moved
  }

  /// The same error, found in bytes that were unpacked from the string at `place`.
  func unpacked(from place: Int) -> RDBError {
    var outer = self
    outer.inside = offset
    outer.offset = place
    if reason == .truncated { outer.reason = .badLZF }
    return outer
  }
}
