// The outputs of one sweep, consecutive in one buffer; each piece has a header that names its
// output. Three little-endian words:
//
//   output (16 bits), flags (16 bits), first database (32 bits)
//   last database
//   size of the piece

/// The header of a piece that belongs to one of several outputs.
package struct PartFrame: Hashable, BitwiseCopyable, Sendable {
  /// The size of a header.
  package static let size = 24

  /// The index of the output.
  package var part: Int
  /// The database that its commands start in, without a SELECT; nil if that does not matter.
  package var firstDatabase: UInt32?
  /// The database that they end in; nil if unknown.
  package var lastDatabase: UInt32?
  /// The size of the piece.
  package var count: Int

  /// Creates a header.
  package init(part: Int, firstDatabase: UInt32?, lastDatabase: UInt32?, count: Int) {
    self.part = part
    self.firstDatabase = firstDatabase
    self.lastDatabase = lastDatabase
    self.count = count
  }

  /// Reads the header at an offset; nil if no complete header and piece are there.
  package init?(in bytes: RawSpan, at offset: Int) {
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

  /// Writes the header.
  package func append(to output: inout OutputBuffer) {
    let flags: UInt64 = (firstDatabase == nil ? 0 : 1) | (lastDatabase == nil ? 0 : 2)
    let first = UInt64(part & 0xffff) | flags << 16 | UInt64(firstDatabase ?? 0) << 32
    output.append(littleEndian: first, width: 8)
    output.append(littleEndian: UInt64(lastDatabase ?? 0), width: 8)
    output.append(littleEndian: UInt64(count), width: 8)
  }
}
