// LZ4 frames, one behind the other, and frames to be skipped between them. The library checks the
// checksums of headers, blocks and contents.

import CLZ4

/// What LZ4 frames hold.
@safe
final class LZ4Stream: ByteStream {
  private let input: StreamBuffer
  private let layers: [ContainerKind]
  /// Whether there is one frame, and what follows it is not looked at.
  private let isSingle: Bool
  private let decoder: OpaquePointer?
  /// Whether a frame was begun and did not end.
  private var isInside = false
  /// Bytes that the library wants next: a block, and the header of the one behind it.
  private var wanted = 0
  private var frames = 0
  private var isAtEnd = false
  private var remark: InputRemark?

  init(_ input: StreamBuffer, _ layers: [ContainerKind], isSingle: Bool = false) {
    self.input = input
    self.layers = layers
    self.isSingle = isSingle
    var decoder: OpaquePointer?
    // SAFETY: the call gives a decoder, or fails and none is used; freed in deinit.
    let status = unsafe LZ4F_createDecompressionContext(&decoder, UInt32(LZ4F_VERSION))
    unsafe self.decoder = LZ4F_isError(status) == 0 ? decoder : nil
  }

  deinit { _ = unsafe LZ4F_freeDecompressionContext(decoder) }

  var remarks: [InputRemark] { input.remarks + (remark.map { [$0] } ?? []) }

  /// What an input should be able to hold: a block of 4 MiB and a little.
  static let inputCapacity = 4 << 20 + 1 << 16

  /// Whether these are the first bytes of a frame of any kind.
  static func begins(_ head: [UInt8]) -> Bool {
    guard head.count >= 4 else { return false }
    return head.starts(with: [0x04, 0x22, 0x4d, 0x18]) || isLegacy(head)
      || head[0] & 0xf0 == 0x50 && head[1...3].elementsEqual([0x2a, 0x4d, 0x18])
  }

  private static func isLegacy(_ head: [UInt8]) -> Bool {
    head.starts(with: [0x02, 0x21, 0x4c, 0x18])
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while !isAtEnd {
      if !isInside, !(try beginFrame()) {
        isAtEnd = true
        break
      }
      // SAFETY: the buffer is the caller's for this call.
      let count = try unsafe decode(into: buffer)
      if count > 0 { return count }
    }
    return 0
  }

  /// Looks whether there is another frame.
  private func beginFrame() throws(InputError) -> Bool {
    if isSingle, frames > 0 { return false }
    try input.require(4)
    let head = input.head(4)
    if LZ4Stream.isLegacy(head) { throw error(.unsupported("the old form of lz4 -l")) }
    if !LZ4Stream.begins(head) {
      guard frames > 0 else { throw error(head.count < 4 ? .cut : .badHeader) }
      try noteTrailingBytes()
      return false
    }
    isInside = true
    wanted = 4
    return true
  }

  private func decode(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    // A block at a time: the library then needs no copy of it, and damage costs that block only.
    try input.require(min(wanted, LZ4Stream.inputCapacity))
    var made = buffer.count
    var taken = min(input.count, wanted)
    // SAFETY: the library reads `taken` and writes `made` bytes at most, and sets both to what it did.
    let status = unsafe input.withBytes { bytes in
      unsafe LZ4F_decompress(
        decoder, buffer.baseAddress, &made, bytes.baseAddress, &taken, nil)
    }
    if LZ4F_isError(status) != 0 { throw error(reason(of: status)) }
    input.take(taken)
    wanted = status
    if status == 0 {
      isInside = false
      frames += 1
    } else if made == 0, taken == 0 {
      throw error(.cut)
    }
    return made
  }

  private func reason(of status: Int) -> ContainerError.Reason {
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

  private func noteTrailingBytes() throws(InputError) {
    let start = input.offset
    guard try input.require(1) else { return }
    remark = .trailingBytes(.lz4, offset: start)
    while try input.require(1) { input.take(input.count) }
  }

  private func error(_ reason: ContainerError.Reason) -> InputError {
    .container(ContainerError(reason, layers, at: input.offset))
  }
}
