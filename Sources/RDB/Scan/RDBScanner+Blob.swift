// Dragonfly writes records in compressed blocks: an opcode, and a string that is an LZ4 or ZSTD frame.
// The frame unpacks to opcodes and records that could stand in its place. A caller that can unpack
// substitutes them; the scan itself stops before a block (`.unsupportedCompression`).

/// A block of compressed records.
package struct CompressedBlob: Hashable, BitwiseCopyable, Sendable {
  /// How it is compressed.
  package enum Format: Hashable, BitwiseCopyable, Sendable {
    /// A frame of LZ4.
    case lz4
    /// A frame of ZSTD.
    case zstd
  }

  /// How it is compressed.
  package let format: Format
  /// The whole block, from its opcode on.
  package let place: ByteRange
  /// The frame.
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
}
