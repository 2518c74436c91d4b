// Dragonfly writes records in compressed blocks: an opcode, and a string that is a frame of LZ4 or ZSTD.
// What it unpacks to are opcodes and records as they might stand in its place. So whoever can unpack
// puts them there; the scan itself stops before a block (`.unsupportedCompression`).

/// A block of compressed records.
public struct CompressedBlob: Hashable, BitwiseCopyable, Sendable {
  /// How it is compressed.
  public enum Format: Hashable, BitwiseCopyable, Sendable {
    /// A frame of LZ4.
    case lz4
    /// A frame of ZSTD.
    case zstd
  }

  /// How it is compressed.
  public let format: Format
  /// The whole block, from its opcode on.
  public let place: ByteRange
  /// The frame.
  public let frame: ByteRange
}

extension RDBScanner {
  /// Steps over a block of compressed records, if the scan stands before one.
  ///
  /// - Parameter bytes: The whole file.
  /// - Returns: The block; nil, and nothing is done, where something else stands.
  /// - Throws: `.truncated`, `.badLength` or `.badString`: the block is not whole, or no plain string.
  public mutating func skipBlob(in bytes: RawSpan) throws(RDBError) -> CompressedBlob? {
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
