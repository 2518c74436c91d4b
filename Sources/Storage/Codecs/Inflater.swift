// Raw deflate data (RFC 1951), decompressed by one of two libraries. Tests compare them on the same bytes.

import CISAL
import CZlib

/// What one call of an inflater did.
struct InflateStep {
  /// Input bytes consumed.
  ///
  /// Slightly negative if bytes of an earlier call turn out to follow the end.
  var consumed: Int
  /// Output bytes produced.
  var produced: Int
  /// Whether the deflate data ended.
  var isEnd = false
  /// Whether the data cannot be decompressed any further.
  var isBroken = false
}

/// Decompresses deflate data.
protocol Inflater: AnyObject {
  /// Decompresses more of the input.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflateStep

  /// The CRC-32 of the output, once the data has ended.
  var checksum: UInt32 { get }

  /// Starts over.
  func reset()
}

/// The library that decompresses.
package enum InflaterLibrary: String, CaseIterable, Sendable {
  /// ISA-L: about twice as fast.
  case isal
  /// zlib.
  case zlib

  func make() -> any Inflater {
    switch self {
    case .isal: ISALInflater()
    case .zlib: ZlibInflater()
    }
  }
}

// Both libraries count in 32 bits.
private let callLimit = 1 << 30

/// ISA-L's fast decoder, backed by its exact one.
///
/// The fast loop copies a match before it checks its distance, so that an error comes with bytes that
/// nobody wrote. The state is saved before each call, and after an error the input is decoded again byte
/// by byte, which takes the library's exact loop: its output ends where zlib's does.
@safe
private final class ISALInflater: Inflater {
  /// Room for what one byte of input and the library's lookahead can produce.
  private static let pieceSize = 1 << 17

  private let state: UnsafeMutablePointer<inflate_state>
  private let saved: UnsafeMutablePointer<inflate_state>
  /// Output of the exact decoder that was not handed out yet; nil before an error.
  private var rest: ArraySlice<UInt8>?
  /// Whether the exact decoder found the end of the data instead of an error.
  private var restEnds = false

  init() {
    // SAFETY: C structs of plain data, cleared by `reset`; freed in `deinit`.
    unsafe state = .allocate(capacity: 1)
    unsafe saved = .allocate(capacity: 1)
    reset()
  }

  deinit {
    unsafe state.deallocate()
    unsafe saved.deallocate()
  }

  func reset() {
    // SAFETY: zero is a valid value of every field. The library leaves its tables uninitialised, and
    // damaged headers do not fill them.
    unsafe UnsafeMutableRawPointer(state).initializeMemory(
      as: UInt8.self, repeating: 0, count: MemoryLayout<inflate_state>.size)
    unsafe isal_inflate_init(state)
    unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR)
    rest = nil
    restEnds = false
  }

  var checksum: UInt32 { unsafe state.pointee.crc }

  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflateStep {
    if rest != nil { return unsafe handOut(into: output, consumed: 0) }
    // SAFETY: two structs of plain data.
    unsafe saved.update(from: state, count: 1)
    let step = unsafe decode(input, into: output)
    guard step.isBroken else { return step }
    unsafe state.update(from: saved, count: 1)
    let consumed = unsafe decodeExactly(input)
    return unsafe handOut(into: output, consumed: consumed)
  }

  private func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflateStep {
    let offered = min(input.count, callLimit)
    let room = min(output.count, callLimit)
    // SAFETY: the library reads `offered` bytes and writes `room` at most, does not write to its input,
    // and follows neither pointer after the call.
    let base = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.next_in = unsafe UnsafeMutablePointer(mutating: base)
    unsafe state.pointee.avail_in = UInt32(offered)
    unsafe state.pointee.next_out = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.avail_out = UInt32(room)
    let isBroken = unsafe isal_inflate(state) != ISAL_DECOMP_OK
    let isEnd = unsafe state.pointee.block_state == ISAL_BLOCK_FINISH
    // Whole bytes of lookahead that were not needed; some versions return them themselves.
    let ahead = isEnd ? Int(unsafe state.pointee.read_in_length) / 8 : 0
    return InflateStep(
      consumed: offered - Int(unsafe state.pointee.avail_in) - ahead,
      produced: room - Int(unsafe state.pointee.avail_out), isEnd: isEnd, isBroken: isBroken)
  }

  /// Decodes input byte by byte up to the error in it, and keeps the output in `rest`.
  /// - Returns: Bytes before the error.
  private func decodeExactly(_ input: UnsafeRawBufferPointer) -> Int {
    // SAFETY: written by the library within its count, and freed below.
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: ISALInflater.pieceSize, alignment: 16)
    defer { unsafe piece.deallocate() }
    var produced: [UInt8] = []
    var consumed = 0
    while consumed < input.count {
      clearTablesBetweenBlocks()
      let byte = unsafe UnsafeRawBufferPointer(rebasing: input[consumed...consumed])
      let step = unsafe decode(byte, into: piece)
      unsafe produced.append(contentsOf: piece.prefix(step.produced))
      restEnds = step.isEnd && !step.isBroken
      if restEnds { consumed += step.consumed }
      if restEnds || step.isBroken { break }
      consumed += 1
    }
    rest = produced[...]
    return consumed
  }

  /// Removes the codes of the block before, which a damaged header would leave in place.
  private func clearTablesBetweenBlocks() {
    let place = unsafe state.pointee.block_state
    guard place == ISAL_BLOCK_NEW_HDR || place == ISAL_BLOCK_HDR else { return }
    unsafe state.pointee.lit_huff_code = inflate_huff_code_large()
    unsafe state.pointee.dist_huff_code = inflate_huff_code_small()
  }

  /// Hands out what the exact decoder produced, and then its error.
  private func handOut(
    into output: UnsafeMutableRawBufferPointer, consumed: Int
  ) -> InflateStep {
    let bytes = rest ?? []
    let count = min(bytes.count, output.count)
    // SAFETY: `count` bytes are in both.
    unsafe output.copyBytes(from: bytes.prefix(count))
    rest = bytes.dropFirst(count)
    let isLast = count == bytes.count
    return InflateStep(
      consumed: consumed, produced: count, isEnd: isLast && restEnds,
      isBroken: isLast && !restEnds)
  }
}

@safe
private final class ZlibInflater: Inflater {
  private let stream: UnsafeMutablePointer<z_stream>
  private var crc: UInt = 0
  private var isReady: Bool

  init() {
    // SAFETY: zeroed as zlib requires; its memory is freed in `deinit`.
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    isReady =
      unsafe inflateInit2_(stream, -15, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { unsafe inflateEnd(stream) }
    unsafe stream.deallocate()
  }

  func reset() {
    isReady = unsafe isReady && inflateReset(stream) == Z_OK
    crc = 0
  }

  var checksum: UInt32 { UInt32(truncatingIfNeeded: crc) }

  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflateStep {
    guard isReady else { return InflateStep(consumed: 0, produced: 0, isBroken: true) }
    let offered = min(input.count, callLimit)
    let room = min(output.count, callLimit)
    // SAFETY: as in `ISALInflater`.
    let base = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let place = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: base)
    unsafe stream.pointee.avail_in = UInt32(offered)
    unsafe stream.pointee.next_out = unsafe place
    unsafe stream.pointee.avail_out = UInt32(room)
    let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
    let produced = room - Int(unsafe stream.pointee.avail_out)
    crc = unsafe crc32(crc, place, UInt32(produced))
    return InflateStep(
      consumed: offered - Int(unsafe stream.pointee.avail_in), produced: produced,
      isEnd: status == Z_STREAM_END,
      isBroken: ![Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status))
  }
}
