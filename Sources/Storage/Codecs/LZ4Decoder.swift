// LZ4 frames, decompressed by liblz4 piece by piece, so that a frame may decompress to more than memory.
// The library checks header, block and content checksums.

import CLZ4

/// Decompresses LZ4 frames, one after the other.
@safe
package final class LZ4Decoder: FrameDecoder {
  private let context: OpaquePointer

  /// Creates a decoder; nil if there is no memory for one.
  package init?() {
    var created: OpaquePointer?
    // SAFETY: the call sets the pointer or returns an error; freed in `deinit`.
    let code = unsafe LZ4F_createDecompressionContext(&created, UInt32(LZ4F_VERSION))
    guard LZ4F_isError(code) == 0, let created = unsafe created else { return nil }
    unsafe context = created
  }

  deinit { _ = unsafe LZ4F_freeDecompressionContext(context) }

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
    try unpackFrame(frame, body)
  }

  func reset() { unsafe LZ4F_resetDecompressionContext(context) }

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
