// RESP, the server protocol: a command is an array of bulk strings.
//
//   *3␍␊ $3␍␊SET␍␊ $3␍␊key␍␊ $5␍␊value␍␊

import RDB

extension OutputCursor {
  /// The maximum size of a bulk string's framing, and of a command's head.
  static let bulkOverhead = 32

  /// The head of a command; `count` includes its name.
  @inline(__always)
  mutating func appendArrayHead(_ count: Int) { appendHead(0x2a, count) }

  /// The head of a bulk string.
  @inline(__always)
  mutating func appendBulkHead(_ count: Int) { appendHead(0x24, count) }

  /// A type byte, a count and a line end; counts below 100 in one store.
  @inline(__always)
  private mutating func appendHead(_ mark: UInt64, _ count: Int) {
    let value = UInt64(truncatingIfNeeded: count)
    if value < 10 {
      append(word: mark | (0x30 &+ value) << 8 | 0x0a0d << 16, width: 4)
    } else if value < 100 {
      let tens = (value &* 103) >> 10
      let digits = (0x30 &+ tens) | (0x30 &+ value &- tens &* 10) << 8
      append(word: mark | digits << 8 | 0x0a0d << 24, width: 5)
    } else {
      append(UInt8(truncatingIfNeeded: mark))
      append(decimal: value)
      appendLineEnd()
    }
  }

  /// A line end.
  @inline(__always)
  mutating func appendLineEnd() { append(word: 0x0a0d, width: 2) }

  /// Bytes as a bulk string.
  @inline(__always)
  mutating func appendBulk(_ place: ByteRange, of bytes: RawSpan) {
    appendBulkHead(place.count)
    append(place, of: bytes)
    appendLineEnd()
  }

  /// A number as a bulk string.
  @inline(__always)
  mutating func appendBulk(decimal value: Int64) {
    let magnitude = value.magnitude
    guard magnitude < 100_000_000 else { return appendLongBulk(decimal: value) }
    let sign = value < 0 ? 1 : 0
    let (digits, width) = DecimalDigits.short(magnitude)
    appendBulkHead(width &+ sign)
    if sign == 1 { append(0x2d) }
    append(word: digits, width: width)
    appendLineEnd()
  }

  private mutating func appendLongBulk(decimal value: Int64) {
    if value > 0, let text = DecimalText(value.magnitude) {
      appendBulkHead(text.width)
      append(text)
      return appendLineEnd()
    }
    appendBulkHead(Decimal.digits(value))
    append(decimal: value)
    appendLineEnd()
  }
}

extension OutputBuffer {
  /// Bytes as a bulk string.
  @inline(__always)
  mutating func appendBulk(_ place: ByteRange, of bytes: RawSpan) {
    write(atMost: place.count &+ OutputCursor.bulkOverhead) { $0.appendBulk(place, of: bytes) }
  }

  /// A string as a bulk string.
  /// - Throws: `.badLZF`, with an offset in `bytes`.
  @inline(__always)
  mutating func appendBulk(_ string: StringObject, in bytes: RawSpan) throws(RDBError) {
    switch string {
    case .raw(let place): appendBulk(place, of: bytes)
    case .integer(let value): appendBulk(decimal: value)
    case .lzf(let place, let count): try appendBulk(unpacking: place, count: count, of: bytes)
    }
  }

  @inline(never)
  private mutating func appendBulk(
    unpacking place: ByteRange, count: Int, of bytes: RawSpan
  ) throws(RDBError) {
    write(atMost: OutputCursor.bulkOverhead) { $0.appendBulkHead(count) }
    try append(unpacking: place, count: count, of: bytes)
    write(atMost: 2) { $0.appendLineEnd() }
  }

  /// A number as a bulk string.
  @inline(__always)
  mutating func appendBulk(decimal value: Int64) {
    write(atMost: 64) { $0.appendBulk(decimal: value) }
  }

  /// A score as a bulk string.
  mutating func appendBulk(score: Double) {
    write(atMost: 64) { $0.appendBulk(score: score) }
  }
}
