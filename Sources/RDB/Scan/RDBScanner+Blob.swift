// Dragonfly writes records in compressed blocks: an opcode, and a string that is an LZ4 or ZSTD frame.
// The frame unpacks to opcodes and records that could be in its place. Since 1.40 it writes large values in
// chunks with other records between them:
//
//   224 id size payload      id, size: uint32, little-endian; the payloads of an id are a record
//
// A caller that can unpack or join them substitutes records; the scan itself stops before them
// (`.unsupportedCompression`).

/// A block of compressed records.
package struct CompressedBlob: Hashable, BitwiseCopyable, Sendable {
  /// How it is compressed.
  package enum Format: Hashable, BitwiseCopyable, Sendable {
    /// A frame of LZ4.
    case lz4
    /// A frame of ZSTD.
    case zstd
    /// Not compressed: a chunk of the value with an id.
    case chunk(UInt32)
  }

  /// How it is compressed.
  package let format: Format
  /// The whole block, from its opcode on.
  package let place: ByteRange
  /// The frame, or the payload of a chunk.
  package let frame: ByteRange
}

extension RDBScanner {
  /// Skips a block of compressed records, if the scan is before one.
  ///
  /// - Parameter bytes: The whole file.
  /// - Returns: The block; nil, with nothing changed, if the next byte is another opcode or type.
  /// - Throws: `.truncated`, `.badLength` or `.badString`: the block is incomplete or not a plain string.
  package mutating func skipBlob(in bytes: RawSpan) throws(RDBError) -> CompressedBlob? {
    let start = state.offset
    guard start < bytes.byteCount else { return nil }
    let format: CompressedBlob.Format
    switch RDBOpcode(bytes.byte(at: start)) {
    case .dragonflyLZ4Blob: format = .lz4
    case .dragonflyZSTDBlob: format = .zstd
    case .dragonflyTaggedChunk: return try skipChunk(in: bytes)
    default: return nil
    }
    var at = start &+ 1  // there is a byte at start
    guard case .raw(let frame) = try bytes.readString(&at) else {
      throw RDBError(.badString, at: start &+ 1, number: 0)
    }
    state.offset = at
    return CompressedBlob(
      format: format, place: ByteRange(offset: start, count: at &- start), frame: frame)
  }

  private mutating func skipChunk(in bytes: RawSpan) throws(RDBError) -> CompressedBlob {
    let start = state.offset
    var at = start &+ 1  // there is a byte at start
    let id = try bytes.read(&at, littleEndian: UInt32.self)
    let size = try bytes.read(&at, littleEndian: UInt32.self)
    let payload = try bytes.take(UInt64(size), &at)
    state.offset = at
    return CompressedBlob(
      format: .chunk(id), place: ByteRange(offset: start, count: at &- start), frame: payload)
  }

  /// The offset of the EOF opcode if the scan has read it, otherwise of what comes next.
  package var endOffset: Int {
    state.isEnded ? state.offset &- (header.hasChecksum ? 9 : 1) : state.offset
  }
}
