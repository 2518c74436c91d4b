// LZ4 frames, decompressed by liblz4 piece by piece, so that a frame may decompress to more than memory.
// The library checks header, block and content checksums.

import CLZ4

/// Decompresses LZ4 frames, one after the other.
@safe
package final class LZ4Decoder: FrameDecoder {
  /// The largest piece that `unpack` hands out.
  private static let pieceSize = 1 << 18

  private let context: OpaquePointer
  /// Output room of `unpack`, made when it is first called.
  private var room: UnsafeMutableRawBufferPointer?

  /// Creates a decoder; nil if there is no memory for one.
  package init?() {
    var created: OpaquePointer?
    // SAFETY: the call sets the pointer or returns an error; freed in `deinit`.
    let code = unsafe LZ4F_createDecompressionContext(&created, UInt32(LZ4F_VERSION))
    guard LZ4F_isError(code) == 0, let created = unsafe created else { return nil }
    unsafe context = created
  }

  deinit {
    _ = unsafe LZ4F_freeDecompressionContext(context)
    unsafe room?.deallocate()
  }

  /// Decompresses as much of the input as fits into the output.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(FrameError) -> FrameStep {
    var (consumed, produced) = (input.count, output.count)
    // SAFETY: the library reads at most `consumed` and writes at most `produced` bytes, sets both to what
    // it did, and keeps neither pointer.
    let status = unsafe LZ4F_decompress(
      context, output.baseAddress, &produced, input.baseAddress, &consumed, nil)
    guard LZ4F_isError(status) == 0 else {
      throw FrameError(reason: LZ4Decoder.reason(of: status))
    }
    return FrameStep(consumed: consumed, produced: produced, wanted: status)
  }

  /// Decompresses a frame that is in memory.
  ///
  /// - Parameters:
  ///   - frame: Exactly one frame.
  ///   - body: Called with each piece in order.
  /// - Returns: Whether the frame was complete and intact. If not, some pieces may have been handed out.
  /// - Throws: What `body` throws.
  package func unpack<BodyError: Error>(
    _ frame: RawSpan, _ body: (RawSpan) throws(BodyError) -> Void
  ) throws(BodyError) -> Bool {
    unsafe LZ4F_resetDecompressionContext(context)
    // SAFETY: only what the library has written is read; freed in `deinit`.
    let room = unsafe self.room ?? .allocate(byteCount: LZ4Decoder.pieceSize, alignment: 16)
    unsafe self.room = unsafe room
    var at = 0
    while true {
      guard
        let step = unsafe frame.withUnsafeBytes({ bytes in
          try? unsafe step(UnsafeRawBufferPointer(rebasing: bytes[at...]), into: room)
        })
      else { return false }
      at += step.consumed
      // SAFETY: the library has written these bytes, and nothing writes while they are lent.
      try body(unsafe UnsafeRawBufferPointer(rebasing: room[..<step.produced]).bytes)
      if step.wanted == 0 { return at == frame.byteCount }
      if step.consumed == 0, step.produced == 0 { return false }
    }
  }

  private static func reason(of status: Int) -> ContainerError.Reason {
    // SAFETY: the library returns a constant C string.
    guard let text = unsafe LZ4F_getErrorName(status) else { return .corrupt }
    switch unsafe String(cString: text) {
    case "ERROR_contentChecksum_invalid", "ERROR_blockChecksum_invalid": return .badFrameChecksum
    case "ERROR_frameSize_wrong": return .badSize
    case "ERROR_headerChecksum_invalid", "ERROR_headerVersion_wrong", "ERROR_reservedFlag_set",
      "ERROR_maxBlockSize_invalid", "ERROR_frameType_unknown", "ERROR_frameHeader_incomplete":
      return .badHeader
    default: return .corrupt
    }
  }
}
