// Consecutive frames of LZ4 or Zstandard, with skippable frames between them.

/// How frames of a format are recognised.
struct FrameFormat {
  let kind: ContainerKind
  private let magic: [UInt8]

  static let lz4 = FrameFormat(kind: .lz4, magic: [0x04, 0x22, 0x4d, 0x18])
  static let zstd = FrameFormat(kind: .zstd, magic: [0x28, 0xb5, 0x2f, 0xfd])

  /// Whether a frame with content starts with these bytes.
  func beginsContent(_ head: some Sequence<UInt8>) -> Bool { head.starts(with: magic) }

  /// Whether a frame of any kind starts with these bytes.
  func begins(_ head: [UInt8]) -> Bool {
    beginsContent(head) || FrameFormat.isSkippable(head)
      || kind == .lz4 && FrameFormat.isLegacyLZ4(head)
  }

  /// The format of the first frame with content; LZ4 if only skippable frames are in the head, as both
  /// formats share them.
  init?(of head: [UInt8]) {
    var rest = head[...]
    while rest.count >= 8, FrameFormat.isSkippable(Array(rest.prefix(4))) {
      rest = rest.dropFirst(8 + Int(Array(rest.prefix(8)).littleEndian32(at: 4)))
    }
    if FrameFormat.zstd.beginsContent(rest) {
      self = .zstd
    } else if FrameFormat.lz4.begins(head) {
      self = .lz4
    } else {
      return nil
    }
  }

  private init(kind: ContainerKind, magic: [UInt8]) {
    self.kind = kind
    self.magic = magic
  }

  static func isLegacyLZ4(_ head: [UInt8]) -> Bool {
    head.starts(with: [0x02, 0x21, 0x4c, 0x18])
  }

  private static func isSkippable(_ head: [UInt8]) -> Bool {
    head.count >= 4 && head[0] & 0xf0 == 0x50 && head[1...3].elementsEqual([0x2a, 0x4d, 0x18])
  }
}

/// The contents of frames.
@safe
final class FrameStream: ByteStream {
  /// Input to buffer: an LZ4 block of 4 MiB and its header; those of Zstandard are smaller.
  private static let inputCapacity = 4 << 20 + 1 << 16

  private let input: StreamBuffer
  private let layers: [ContainerKind]
  private let format: FrameFormat
  private let decoder: (any FrameDecoder)?
  /// Whether there is exactly one frame, and bytes after it are ignored.
  private let isSingle: Bool
  /// Whether a frame has begun and not ended.
  private var isInside = false
  /// Bytes the decoder wants next.
  private var wanted = 0
  private var frames = 0
  private let output = StagedOutput()
  /// Whether the last step filled the output, so that more of the same block may follow.
  private var hasPendingOutput = false
  private var isAtEnd = false
  private var remark: InputRemark?

  init(
    _ input: StreamBuffer, _ layers: [ContainerKind], _ format: FrameFormat, isSingle: Bool = false
  ) {
    self.input = input
    self.layers = layers
    self.format = format
    self.isSingle = isSingle
    decoder = format.kind == .zstd ? ZstdDecoder() : LZ4Decoder()
  }

  var remarks: [InputRemark] { input.remarks + (remark.map { [$0] } ?? []) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while output.isEmpty, !isAtEnd {
      if try isInside ? true : beginFrame() { try decode() } else { isAtEnd = true }
    }
    // SAFETY: the buffer is the caller's for this call.
    return unsafe output.take(into: buffer)
  }

  /// Checks whether another frame follows.
  private func beginFrame() throws(InputError) -> Bool {
    if isSingle, frames > 0 { return false }
    try input.require(4)
    let head = input.head(4)
    if format.kind == .lz4, FrameFormat.isLegacyLZ4(head) {
      throw error(.unsupported("the old form of lz4 -l"))
    }
    if !format.begins(head) {
      guard frames > 0 else { throw error(head.count < 4 ? .truncated : .badHeader) }
      try noteTrailingBytes()
      return false
    }
    isInside = true
    // Enough for every header to say how much it needs.
    wanted = format.kind == .zstd ? 5 : 4
    return true
  }

  private func decode() throws(InputError) {
    // One block at a time, and no input while the output of the last block is not complete: damage then
    // costs one block only.
    try input.require(min(wanted, FrameStream.inputCapacity))
    let step = try decodeBlock(hasPendingOutput ? 0 : min(input.count, wanted))
    input.take(step.consumed)
    let couldNotGoOn = !hasPendingOutput
    hasPendingOutput = step.produced == StagedOutput.capacity
    wanted = step.wanted
    if step.wanted == 0 {
      isInside = false
      frames += 1
    } else if step.produced == 0, step.consumed == 0, couldNotGoOn {
      throw error(.truncated)
    }
  }

  private func decodeBlock(_ offered: Int) throws(InputError) -> FrameStep {
    guard let decoder else { throw .system(SystemError(.noMemory, .reserve, format.kind.rawValue)) }
    var step = FrameStep(consumed: 0, produced: 0, wanted: wanted)
    do throws(FrameError) {
      // SAFETY: both buffers are used during the call only.
      try unsafe output.fill { (room) throws(FrameError) in
        step = try unsafe input.withBytes { (bytes) throws(FrameError) in
          try unsafe decoder.step(
            UnsafeRawBufferPointer(rebasing: bytes[..<offered]), into: room)
        }
        return step.produced
      }
      return step
    } catch {
      throw self.error(error.reason)
    }
  }

  private func noteTrailingBytes() throws(InputError) {
    let start = input.offset
    guard try input.require(1) else { return }
    remark = .trailingBytes(format.kind, offset: start)
    while try input.require(1) { input.take(input.count) }
  }

  private func error(_ reason: ContainerError.Reason) -> InputError {
    .container(ContainerError(reason, layers, at: input.offset))
  }
}
