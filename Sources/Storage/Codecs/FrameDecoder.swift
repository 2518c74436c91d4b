/// What one call of a frame decoder did.
struct FrameStep {
  /// Input bytes consumed.
  var consumed: Int
  /// Output bytes produced.
  var produced: Int
  /// Input bytes the decoder wants next, one block at most; 0 at the end of a frame.
  var wanted: Int
}

/// Why a frame cannot be decompressed.
struct FrameError: Error {
  var reason: ContainerError.Reason
}

/// Decompresses frames, one after the other.
protocol FrameDecoder: AnyObject {
  /// Decompresses as much of the input as fits into the output.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(FrameError) -> FrameStep

  /// Forgets what is left of a frame.
  func reset()
}

extension FrameDecoder {
  /// Decompresses a frame that is in memory, piece by piece.
  ///
  /// - Parameters:
  ///   - frame: Exactly one frame.
  ///   - body: Called with each piece in order.
  /// - Returns: Whether the frame was complete and intact. If not, some pieces may have been handed out.
  /// - Throws: What `body` throws.
  func unpackFrame<BodyError: Error>(
    _ frame: RawSpan, _ body: (RawSpan) throws(BodyError) -> Void
  ) throws(BodyError) -> Bool {
    reset()
    // SAFETY: only what the library has written is read; freed here.
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { unsafe room.deallocate() }
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
}
