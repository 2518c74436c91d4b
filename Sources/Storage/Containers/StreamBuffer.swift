// A lookahead buffer, from which readers of containers take their input.

/// The next bytes of a stream.
@safe
final class StreamBuffer: ByteStream {
  /// Bytes that stay after they were taken, since a library may have taken too many.
  private static let memory = 16

  private let source: any ByteStream
  private let layers: [ContainerKind]
  private let limit: Int
  /// Bytes received from the stream.
  private var received = 0
  /// Why no more come.
  private var failure: InputError?
  private var bytes: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// The offset in the stream of the first byte that was not taken.
  private(set) var offset = 0
  /// Whether the stream has ended; bytes may still be in the buffer.
  private(set) var isAtEnd = false

  /// Creates a buffer.
  ///
  /// - Parameters:
  ///   - source: The stream.
  ///   - layers: The containers it comes out of.
  ///   - limit: The most bytes it may have.
  ///   - capacity: Bytes of lookahead.
  init(
    _ source: any ByteStream, _ layers: [ContainerKind] = [], limit: Int = .max,
    capacity: Int = 1 << 18
  ) {
    self.source = source
    self.layers = layers
    self.limit = limit
    // SAFETY: freed in deinit; read and written within its count.
    unsafe bytes = .allocate(byteCount: capacity + StreamBuffer.memory, alignment: 16)
  }

  deinit { unsafe bytes.deallocate() }

  var remarks: [InputRemark] { source.remarks }

  /// Bytes available.
  var count: Int { end - start }

  /// Waits until `wanted` bytes are available, or the stream ends.
  ///
  /// Returns whether they are. The buffer grows as needed, so the caller must know a bound.
  @discardableResult
  func require(_ wanted: Int) throws(InputError) -> Bool {
    if unsafe wanted > bytes.count - StreamBuffer.memory { grow(to: wanted) }
    while count < wanted, !isAtEnd {
      moveDown()
      // SAFETY: the free part of the buffer.
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
      end += try unsafe receive(into: free)
    }
    return count >= wanted
  }

  /// Reads from the stream until it has ended or failed once.
  private func receive(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if let failure { throw failure }
    do throws(InputError) {
      // SAFETY: the buffer is the caller's for this call.
      let count = try unsafe source.read(into: buffer)
      let allowed = min(count, limit - received)
      received += allowed
      isAtEnd = count == 0
      if allowed < count {
        failure = .container(ContainerError(.tooLarge(limit: limit), layers, at: received))
        if allowed == 0, let failure { throw failure }
      }
      return allowed
    } catch {
      failure = error
      throw error
    }
  }

  private func grow(to capacity: Int) {
    // SAFETY: what is there fits into what is larger; the old buffer is used by nobody else.
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: capacity + StreamBuffer.memory, alignment: 16)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    unsafe bytes.deallocate()
    unsafe bytes = larger
  }

  private func moveDown() {
    let gap = start - StreamBuffer.memory
    guard gap > 0 else { return }
    // SAFETY: both places are in the buffer, and may overlap.
    unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[gap..<end]))
    end -= gap
    start -= gap
  }

  /// Lends the available bytes.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: these bytes were filled; `body` uses them inside the call.
    try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
  }

  /// A copy of the first available bytes, at most `wanted`.
  func head(_ wanted: Int) -> [UInt8] {
    // SAFETY: copied inside the call.
    unsafe withBytes { unsafe Array($0.prefix(wanted)) }
  }

  /// Whether that many bytes can be taken, or returned if negative.
  func canTake(_ taken: Int) -> Bool {
    taken <= count && taken >= -min(start, StreamBuffer.memory)
  }

  /// Takes available bytes, or returns the last few if negative.
  func take(_ taken: Int) {
    precondition(canTake(taken))
    start += taken
    offset += taken
  }

  /// Skips bytes; returns how many, fewer only at the end of the stream.
  func skip(_ wanted: Int) throws(InputError) -> Int {
    var skipped = 0
    while skipped < wanted {
      if count == 0 { skipped += advance(by: wanted - skipped) }
      guard skipped < wanted, try require(1) else { break }
      let step = min(count, wanted - skipped)
      take(step)
      skipped += step
    }
    return skipped
  }

  func advance(by wanted: Int) -> Int {
    guard count == 0, failure == nil else { return 0 }
    let stepped = source.advance(by: min(wanted, limit - received))
    received += stepped
    offset += stepped
    return stepped
  }

  /// Takes bytes into a buffer; bytes that are not here yet go there directly.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if count == 0 {
      guard !isAtEnd else { return 0 }
      // SAFETY: the buffer is the caller's for this call.
      let added = try unsafe receive(into: buffer)
      offset += added
      return added
    }
    let taken = min(count, buffer.count)
    // SAFETY: `taken` bytes are in both buffers.
    unsafe withBytes {
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<taken]))
    }
    take(taken)
    return taken
  }
}
