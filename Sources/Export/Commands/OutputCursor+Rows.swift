// Rows of short bulk strings.
//
// A string of more than 64 bytes, a compressed one, or one in the last bytes of the file ends a row
// early; the caller writes it separately.

import RDB

extension OutputCursor {
  /// The maximum size of a string in a row: head, 64 bytes or a number, line end.
  static let rowItem = 80

  /// Writes strings until one is not short.
  ///
  /// - Parameters:
  ///   - items: A row of strings.
  ///   - first: The first index.
  ///   - stop: The index after the last.
  ///   - bytes: The bytes that the strings refer to.
  /// - Returns: The index of the first string that was not written.
  mutating func appendRow(
    _ items: Span<StringObject>, from first: Int, to stop: Int, of bytes: RawSpan
  ) -> Int {
    var index = first
    unsafe withRow(of: bytes, atMost: (stop &- first) &* OutputCursor.rowItem) { row in
      while index < stop, unsafe row.appendBulk(items[index]) { index &+= 1 }
    }
    return index
  }

  /// Writes pairs of strings until one is not short.
  /// - Returns: The index of the first pair's first string that was not written.
  mutating func appendRow(
    pairs items: Span<StringObject>, from first: Int, to stop: Int, of bytes: RawSpan
  ) -> Int {
    var index = first
    unsafe withRow(of: bytes, atMost: (stop &- first) &* OutputCursor.rowItem) { row in
      while index < stop {
        let start = unsafe row.at
        guard unsafe row.appendBulk(items[index]), unsafe row.appendBulk(items[index &+ 1]) else {
          unsafe row.at = unsafe start
          return
        }
        index &+= 2
      }
    }
    return index
  }

  /// Writes scores and members until a member is not short.
  /// - Returns: The index of the first member that was not written, and whether any score is -0.
  mutating func appendRow(
    _ members: Span<StringObject>, scores: Span<Double>, from first: Int, to stop: Int,
    of bytes: RawSpan
  ) -> (next: Int, hasNegativeZero: Bool) {
    var index = first
    var hasNegativeZero = false
    unsafe withRow(of: bytes, atMost: 2 &* (stop &- first) &* OutputCursor.rowItem) { row in
      while index < stop {
        let start = unsafe row.at
        let score = scores[index]
        unsafe row.appendBulk(score: score)
        guard unsafe row.appendBulk(members[index]) else {
          unsafe row.at = unsafe start
          return
        }
        if score == 0, score.sign == .minus { hasNegativeZero = true }
        index &+= 1
      }
    }
    return (index, hasNegativeZero)
  }
}

extension RowCursor {
  /// Writes a string as a bulk string if it is short.
  @inline(__always)
  fileprivate mutating func appendBulk(_ item: StringObject) -> Bool {
    switch item {
    case .raw(let place):
      guard unsafe takes(place) else { return false }
      unsafe appendBulk(place)
      return true
    case .integer(let value):
      unsafe appendBulk(decimal: value)
      return true
    case .lzf: return false
    }
  }

  /// Bytes at a place that `takes` has accepted, as a bulk string.
  @inline(__always)
  mutating func appendBulk(_ place: ByteRange) {
    unsafe appendHead(place.count)
    unsafe append(place)
    unsafe appendLineEnd()
  }

  /// A line end.
  @inline(__always)
  mutating func appendLineEnd() {
    unsafe at.storeBytes(of: UInt16(0x0a0d).littleEndian, as: UInt16.self)
    unsafe at += 2
  }

  /// A number as a bulk string.
  @inline(__always)
  mutating func appendBulk(decimal value: Int64) {
    let magnitude = value.magnitude
    guard magnitude < 10_000_000_000_000_000 else {
      return unsafe appendOther { $0.appendBulk(decimal: value) }
    }
    let sign = value < 0 ? 1 : 0
    if magnitude < 100_000_000 {
      let (digits, width) = DecimalDigits.short(magnitude)
      unsafe appendHead(width &+ sign)
      if sign == 1 { unsafe append(0x2d) }
      unsafe append(word: digits, width: width)
    } else {
      let (high, low) = magnitude.quotientAndRemainder(dividingBy: 100_000_000)
      let (digits, width) = DecimalDigits.short(high)
      unsafe appendHead(width &+ sign &+ 8)
      if sign == 1 { unsafe append(0x2d) }
      unsafe append(word: digits, width: width)
      unsafe append(word: DecimalDigits.eight(low) | DecimalDigits.zeros, width: 8)
    }
    unsafe appendLineEnd()
  }

  /// A score as a bulk string.
  @inline(__always)
  fileprivate mutating func appendBulk(score: Double) {
    if score.magnitude < 1e15 {
      // Integral doubles below 2^53 are exact.
      let integer = Int64(score)
      if Double(integer) == score, integer != 0 { return unsafe appendBulk(decimal: integer) }
    }
    unsafe appendOther { $0.appendBulk(score: score) }
  }
}
