// Raw deflate data (RFC 1951), unpacked by one of two libraries. Both take what they can of the input,
// put out what they can, and remember the rest; tests compare them on the same bytes.

import CISAL
import CZlib

/// What a call of an inflater did.
struct InflateStep {
  /// Bytes of the input that are done with.
  ///
  /// It may be negative by a few, where bytes of the call before turn out to stand behind the end.
  var taken: Int
  /// Bytes that were put out.
  var made: Int
  /// Whether the end of the deflate data was read.
  var isEnd = false
  /// Whether the data does not unpack any further.
  var isBroken = false
}

/// Unpacks one row of deflate data after the other.
protocol Inflater: AnyObject {
  /// Goes on.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflateStep

  /// The CRC-32 of all that was put out, once the end was read.
  var checksum: UInt32 { get }

  /// Begins anew.
  func reset()
}

/// Which library unpacks.
package enum InflaterLibrary: String, CaseIterable, Sendable {
  /// ISA-L: about twice as fast as the other, on any processor that it knows.
  case isal
  /// zlib: what everybody has.
  case zlib

  func make() -> any Inflater {
    switch self {
    case .isal: ISALInflater()
    case .zlib: ZlibInflater()
    }
  }
}

// ISA-L and zlib count in 32 bits.
private let callLimit = 1 << 30

@safe
private final class ISALInflater: Inflater {
  private let state: UnsafeMutablePointer<inflate_state>

  init() {
    // SAFETY: a C struct without invariants before isal_inflate_init fills it; freed in deinit.
    unsafe state = .allocate(capacity: 1)
    reset()
  }

  deinit { unsafe state.deallocate() }

  func reset() {
    unsafe isal_inflate_init(state)
    unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR)
  }

  var checksum: UInt32 { unsafe state.pointee.crc }

  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> InflateStep {
    let offered = min(input.count, callLimit)
    let room = min(output.count, callLimit)
    // SAFETY: the library reads `offered` bytes and writes `room` at most, and keeps neither pointer
    // beyond the call in any way that it follows; it does not write to its input.
    let base = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.next_in = unsafe UnsafeMutablePointer(mutating: base)
    unsafe state.pointee.avail_in = UInt32(offered)
    unsafe state.pointee.next_out = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.avail_out = UInt32(room)
    let isBroken = unsafe isal_inflate(state) != ISAL_DECOMP_OK
    let isEnd = unsafe state.pointee.block_state == ISAL_BLOCK_FINISH
    // Whole bytes that it looked ahead at and did not need; some versions give them back themselves.
    let ahead = isEnd ? Int(unsafe state.pointee.read_in_length) / 8 : 0
    return InflateStep(
      taken: offered - Int(unsafe state.pointee.avail_in) - ahead,
      made: room - Int(unsafe state.pointee.avail_out), isEnd: isEnd, isBroken: isBroken)
  }
}

@safe
private final class ZlibInflater: Inflater {
  private let stream: UnsafeMutablePointer<z_stream>
  private var crc: UInt = 0
  private var isReady: Bool

  init() {
    // SAFETY: zeroed as zlib wants it; its memory is freed in deinit.
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
    guard isReady else { return InflateStep(taken: 0, made: 0, isBroken: true) }
    let offered = min(input.count, callLimit)
    let room = min(output.count, callLimit)
    // SAFETY: as above.
    let base = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let place = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: base)
    unsafe stream.pointee.avail_in = UInt32(offered)
    unsafe stream.pointee.next_out = unsafe place
    unsafe stream.pointee.avail_out = UInt32(room)
    let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
    let made = room - Int(unsafe stream.pointee.avail_out)
    crc = unsafe crc32(crc, place, UInt32(made))
    return InflateStep(
      taken: offered - Int(unsafe stream.pointee.avail_in), made: made,
      isEnd: status == Z_STREAM_END,
      isBroken: ![Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status))
  }
}
