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
}
