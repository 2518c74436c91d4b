// Frames of LZ4, unpacked by liblz4 a piece at a time, so that a frame may unpack to more than memory.

import CLZ4

/// Unpacks frames of LZ4.
@safe
package struct LZ4Unpacker: ~Copyable {
  /// Bytes that are unpacked at once.
  private static let piece = 1 << 18

  private let context: OpaquePointer
  private let room: UnsafeMutableRawBufferPointer

  /// Makes an unpacker; nil where there is no memory for one.
  package init?() {
    var made: OpaquePointer?
    // SAFETY: the call fills the pointer, or returns an error.
    let code = unsafe LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
    guard LZ4F_isError(code) == 0, let made = unsafe made else { return nil }
    unsafe context = made
    // SAFETY: nothing is read before liblz4 has written it; freed in `deinit`.
    unsafe room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: LZ4Unpacker.piece, alignment: 16)
  }

  deinit {
    _ = unsafe LZ4F_freeDecompressionContext(context)
    unsafe room.deallocate()
  }

  /// Unpacks a frame.
  ///
  /// - Parameters:
  ///   - frame: The frame, and nothing else.
  ///   - body: Called with one piece after the other.
  /// - Returns: Whether it was a whole frame and sound. If not, some pieces may have been handed out.
  /// - Throws: What `body` throws.
  package mutating func unpack<Failure: Error>(
    _ frame: RawSpan, _ body: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    unsafe LZ4F_resetDecompressionContext(context)
    var at = 0
    while true {
      var read = frame.byteCount - at
      var written = unsafe room.count
      // SAFETY: liblz4 reads at most `read` bytes at the pointer and writes at most `written` into the
      // room, and says how many of each; it keeps neither pointer.
      let hint = unsafe frame.withUnsafeBytes { bytes in
        let source = unsafe bytes.baseAddress.map { unsafe $0 + at }
        return unsafe LZ4F_decompress(
          context, room.baseAddress, &written, source, &read, nil)
      }
      guard LZ4F_isError(hint) == 0 else { return false }
      at += read
      // SAFETY: liblz4 has written so many bytes, and nothing writes while they are lent.
      try body(unsafe UnsafeRawBufferPointer(rebasing: room[..<written]).bytes)
      if hint == 0 { return at == frame.byteCount }
      // It wants more than there is.
      if read == 0, written == 0 { return false }
    }
  }
}
