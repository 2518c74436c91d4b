// Zstandard frames (RFC 8878), decompressed by libzstd block by block. The library checks the content
// checksum and size.

import CZstd

/// Decompresses Zstandard frames, one after the other.
@safe
package final class ZstdDecoder: FrameDecoder {
  private let context: OpaquePointer

  /// Creates a decoder; nil if there is no memory for one.
  ///
  /// Frames whose window exceeds the library's default limit, 128 MiB, are refused: the window is
  /// allocated as the frame's header says.
  package init?() {
    // SAFETY: freed in `deinit`.
    guard let context = unsafe ZSTD_createDCtx() else { return nil }
    unsafe self.context = context
  }

  deinit { _ = unsafe ZSTD_freeDCtx(context) }

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(FrameError) -> FrameStep {
    // SAFETY: the library reads and writes within these buffers, says how far, and keeps neither pointer.
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let status = unsafe ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(status) == 0 else {
      throw FrameError(reason: ZstdDecoder.reason(of: ZSTD_getErrorCode(status)))
    }
    return unsafe FrameStep(consumed: source.pos, produced: target.pos, wanted: status)
  }

  /// Decompresses a frame that is in memory; see `unpackFrame`.
  package func unpack<BodyError: Error>(
    _ frame: RawSpan, _ body: (RawSpan) throws(BodyError) -> Void
  ) throws(BodyError) -> Bool {
    try unpackFrame(frame, body)
  }

  func reset() { _ = unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only) }

  private static func reason(of code: ZSTD_ErrorCode) -> ContainerError.Reason {
    switch code {
    case ZSTD_error_checksum_wrong: .badFrameChecksum
    case ZSTD_error_prefix_unknown: .badHeader
    case ZSTD_error_version_unsupported, ZSTD_error_frameParameter_unsupported:
      .unsupported("a form of frame that libzstd does not know")
    case ZSTD_error_frameParameter_windowTooLarge:
      .unsupported("a window of more than 128 MiB (zstd --long)")
    case ZSTD_error_dictionary_wrong: .unsupported("a dictionary")
    default: .corrupt
    }
  }
}
