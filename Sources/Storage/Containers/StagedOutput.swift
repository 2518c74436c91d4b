/// Output of a decompressor between its fixed steps and the caller's reads of any size.
///
/// Fixed steps make the result depend on the compressed bytes alone, also where they are damaged.
@safe
final class StagedOutput {
  /// Output bytes per step.
  static let capacity = 1 << 18

  private let bytes: UnsafeMutableRawBufferPointer
  /// The part that was not handed out yet.
  private var ready = 0..<0

  init() {
    // SAFETY: read only where a step has written; freed in `deinit`.
    unsafe bytes = .allocate(byteCount: StagedOutput.capacity, alignment: 16)
  }

  deinit { unsafe bytes.deallocate() }

  var isEmpty: Bool { ready.isEmpty }

  /// Lends the buffer to one step, which returns how many bytes it has written.
  func fill<Failure: Error>(
    _ step: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    precondition(ready.isEmpty)
    ready = 0..<(try unsafe step(bytes))
  }

  /// Moves bytes into a buffer; returns how many.
  func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(ready.count, buffer.count)
    let place = ready.lowerBound..<(ready.lowerBound + count)
    // SAFETY: `count` bytes are in both buffers.
    unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[place]))
    ready = place.upperBound..<ready.upperBound
    return count
  }
}
