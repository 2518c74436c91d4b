// The outputs of one sweep, one behind the other in one buffer, each piece with a head that says whose it
// is. Three little-endian words:
//
//   part (16 bits), flags (16 bits), first database (32 bits)
//   last database
//   bytes that follow

/// The head of a piece of output that belongs to one of several outputs.
public struct PartFrame: Hashable, BitwiseCopyable, Sendable {
  /// Bytes of a head.
  public static let size = 24

  /// Whose the piece is.
  public var part: Int
  /// The database that its commands begin in, without a SELECT; nil where that does not matter.
  public var firstDatabase: UInt32?
  /// The database that they end in; nil where that is not known.
  public var lastDatabase: UInt32?
  /// Bytes of the piece.
  public var count: Int

  /// Makes a head.
  public init(part: Int, firstDatabase: UInt32?, lastDatabase: UInt32?, count: Int) {
    self.part = part
    self.firstDatabase = firstDatabase
    self.lastDatabase = lastDatabase
    self.count = count
  }

  /// Reads the head at a place; nil where no whole head and piece are.
  public init?(in bytes: RawSpan, at offset: Int) {
    guard offset >= 0, bytes.byteCount &- offset >= PartFrame.size else { return nil }
    let first = UInt64(littleEndian: bytes.word(at: offset))
    let last = UInt64(littleEndian: bytes.word(at: offset &+ 8))
    let count = UInt64(littleEndian: bytes.word(at: offset &+ 16))
    let left = UInt64(bytes.byteCount &- offset &- PartFrame.size)
    guard count <= left else { return nil }
    part = Int(first & 0xffff)
    firstDatabase = first >> 16 & 1 == 0 ? nil : UInt32(truncatingIfNeeded: first >> 32)
    lastDatabase = first >> 17 & 1 == 0 ? nil : UInt32(truncatingIfNeeded: last)
    self.count = Int(count)
  }

  /// Writes the head.
  public func append(to output: inout OutputBuffer) {
    let flags: UInt64 = (firstDatabase == nil ? 0 : 1) | (lastDatabase == nil ? 0 : 2)
    let first = UInt64(part & 0xffff) | flags << 16 | UInt64(firstDatabase ?? 0) << 32
    output.append(littleEndian: first, width: 8)
    output.append(littleEndian: UInt64(lastDatabase ?? 0), width: 8)
    output.append(littleEndian: UInt64(count), width: 8)
  }
}
