// gzip (RFC 1952): consecutive members, each with a header, deflate data and a trailer.
//
//   0  1f 8b       9  operating system
//   2  08 deflate  10 extra field, if flag 4: uint16 length, bytes
//   3  flags          name, if flag 8: to a zero byte
//   4  time, 4        comment, if flag 16: to a zero byte
//   8  level          CRC-16 of the header, if flag 2
//                  then deflate data, CRC-32 and size modulo 2^32 of the contents, little-endian

/// The contents of gzip members.
@safe
final class GzipStream: ByteStream {
  private enum Place {
    case header, data, trailer, broken, end
  }

  /// Input bytes per call of the inflater, fixed like the output of `StagedOutput`.
  private static let inputStep = 1 << 16

  private let input: StreamBuffer
  private let inflater: any Inflater
  private let layers: [ContainerKind]
  private let output = StagedOutput()
  private var place = Place.header
  private var members = 0
  private var memberSize: UInt32 = 0
  private var remark: InputRemark?

  init(_ input: StreamBuffer, _ layers: [ContainerKind], library: InflaterLibrary) {
    self.input = input
    self.layers = layers
    inflater = library.make()
  }

  var remarks: [InputRemark] { input.remarks + (remark.map { [$0] } ?? []) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while output.isEmpty {
      switch place {
      case .end: return 0
      case .header: place = try readHeader() ? .data : .end
      case .broken: throw error(.corrupt)
      case .trailer:
        try readTrailer()
        place = .header
      case .data: try inflate()
      }
    }
    // SAFETY: the buffer is the caller's for this call.
    return unsafe output.take(into: buffer)
  }

  /// Decompresses the next step of input.
  private func inflate() throws(InputError) {
    // A failure of the source is thrown below, when all that came before it has been decompressed.
    _ = try? input.require(GzipStream.inputStep)
    var step = InflateStep(consumed: 0, produced: 0)
    // SAFETY: both buffers are used during the call only.
    unsafe output.fill { room in
      unsafe input.withBytes { bytes in
        let offered = min(bytes.count, GzipStream.inputStep)
        step = unsafe inflater.inflate(
          UnsafeRawBufferPointer(rebasing: bytes[..<offered]), into: room)
      }
      return step.produced
    }
    // For damaged data ISA-L may report more consumed bytes than it was given.
    guard input.canTake(step.consumed) else {
      place = .broken
      return
    }
    input.take(step.consumed)
    memberSize &+= UInt32(truncatingIfNeeded: step.produced)  // modulo 2^32, as in the trailer
    if step.isEnd {
      place = .trailer
    } else if step.isBroken {
      place = .broken
    } else if step.produced == 0, step.consumed == 0 {
      guard try input.require(input.count + 1) else { throw error(.truncated) }
    }
  }

  /// Reads a member's header; false after the last member.
  private func readHeader() throws(InputError) -> Bool {
    try input.require(2)
    if members > 0, input.head(2) != [0x1f, 0x8b] {
      try noteTrailingBytes()
      return false
    }
    let start = try take(10)
    guard start.starts(with: [0x1f, 0x8b]), start[3] & 0xe0 == 0 else { throw error(.badHeader) }
    guard start[2] == 8 else { throw error(.unsupported("a method that is not deflate")) }
    let flags = start[3]
    if flags & 4 != 0 {
      let count = try take(2)
      let extra = Int(count[0]) | Int(count[1]) << 8
      guard try input.skip(extra) == extra else { throw error(.truncated) }
    }
    if flags & 8 != 0 { try skipText() }
    if flags & 16 != 0 { try skipText() }
    if flags & 2 != 0 { _ = try take(2) }
    members += 1
    memberSize = 0
    inflater.reset()
    return true
  }

  private func skipText() throws(InputError) {
    while try take(1)[0] != 0 {}
  }

  private func readTrailer() throws(InputError) {
    let at = input.offset
    let trailer = try take(8)
    let stored = trailer.littleEndian32(at: 0)
    guard stored == inflater.checksum else {
      throw error(.badChecksum(stored: stored, computed: inflater.checksum), at: at)
    }
    guard trailer.littleEndian32(at: 4) == memberSize else { throw error(.badSize, at: at + 4) }
  }

  /// Bytes after the last member: zeros are tape padding; anything else is a remark.
  private func noteTrailingBytes() throws(InputError) {
    let start = input.offset
    while try input.require(1) {
      // SAFETY: read inside the call.
      let isPadding = unsafe input.withBytes { unsafe $0.allSatisfy { $0 == 0 } }
      if !isPadding { remark = .trailingBytes(.gzip, offset: start) }
      input.take(input.count)
    }
  }

  private func take(_ count: Int) throws(InputError) -> [UInt8] {
    guard try input.require(count) else { throw error(.truncated, at: input.offset + input.count) }
    defer { input.take(count) }
    return input.head(count)
  }

  private func error(_ reason: ContainerError.Reason, at offset: Int? = nil) -> InputError {
    .container(ContainerError(reason, layers, at: offset ?? input.offset))
  }
}

extension [UInt8] {
  /// Four bytes as a little-endian number.
  func littleEndian32(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << UInt32($1 * 8) }
  }
}
