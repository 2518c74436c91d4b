// The spelling of an RDB file, byte by byte, handed out in pieces.

import RDB

/// Writes RDB bytes and sums them.
struct RDBBytes {
  private var bytes: [UInt8] = []
  private var checksum: UInt64 = 0
  private let drain: (RawSpan) -> Void
  /// Bytes that were handed out.
  private(set) var count = 0
  /// Bytes that were written so far.
  var written: Int { count + bytes.count }

  private static let piece = 1 << 18

  init(_ drain: @escaping (RawSpan) -> Void) { self.drain = drain }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func append(_ span: RawSpan) {
    flush(atLeast: RDBBytes.piece)
    guard span.byteCount < RDBBytes.piece else {
      flush(atLeast: 1)
      return hand(span)
    }
    bytes.append(span)
  }

  /// Hands out what is there, if it is enough.
  mutating func flush(atLeast least: Int) {
    guard bytes.count >= least else { return }
    let full = bytes
    bytes.removeAll(keepingCapacity: true)
    full.withRawSpan { hand($0) }
  }

  private mutating func hand(_ span: RawSpan) {
    checksum = CRC64.update(checksum, span)
    count += span.byteCount
    drain(span)
  }

  /// The end of the file, and its checksum.
  mutating func end() {
    append(0xff)
    flush(atLeast: 1)
    appendLittleEndian(checksum)
    flush(atLeast: 1)
  }

  mutating func append(length: UInt64) {
    switch length {
    case ..<64: append(UInt8(length))
    case ..<16384:
      append(UInt8(0x40 | length >> 8))
      append(UInt8(length & 255))
    case ...0xffff_ffff:
      append(0x80)
      appendBigEndian(length, width: 4)
    default:
      append(0x81)
      appendBigEndian(length, width: 8)
    }
  }

  mutating func append(string: [UInt8]) {
    append(length: UInt64(string.count))
    append(string)
  }

  mutating func append(string: RawSpan) {
    append(length: UInt64(string.byteCount))
    append(string)
  }

  mutating func append(string place: StringPlace, _ parts: ByteParts) {
    parts.withBytes(place) { append(string: $0) }
  }

  mutating func appendLittleEndian(_ number: UInt64) {
    for index in 0..<8 { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
  }

  mutating func appendBigEndian(_ number: UInt64, width: Int) {
    for index in (0..<width).reversed() {
      append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index)))
    }
  }

  mutating func append(_ id: StreamID) {
    append(length: id.ms)
    append(length: id.seq)
  }

  mutating func append(raw id: StreamID) {
    appendBigEndian(id.ms, width: 8)
    appendBigEndian(id.seq, width: 8)
  }

  /// The records that follow are of a database.
  mutating func select(_ database: UInt32) {
    append(0xfe)
    append(length: UInt64(database))
  }

  /// A name and a value about the file.
  mutating func aux(_ name: String, _ value: String) {
    append(0xfa)
    append(string: Array(name.utf8))
    append(string: Array(value.utf8))
  }
}
