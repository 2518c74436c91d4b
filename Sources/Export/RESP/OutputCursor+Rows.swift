// Rows of short bulk strings: room is looked for once a row, and each string's place once before its
// bytes are copied in whole steps.
//
// What is not short (more than 64 bytes, compressed, or in the last bytes of the file) ends a row
// early; whoever writes rows writes that one by itself.

import RDB

/// The heads of short bulk strings.
enum BulkHead {
  /// `$n␍␊` for n from 0 to 99, the first character in the lowest byte; the highest holds its length.
  static let short: [UInt64] = (0..<100).map { (count: UInt64) in
    let digits =
      count < 10 ? 0x30 + count : (0x30 + count / 10) | (0x30 + count % 10) << 8
    let width: UInt64 = count < 10 ? 1 : 2
    return 0x24 | digits << 8 | 0x0a0d << (8 + 8 * width) | (width + 3) << 56
  }
}

extension OutputCursor {
  /// Bytes that a string of a row takes at most: its head, 64 bytes or a number, the end of a line.
  static let rowItem = 80

  /// Writes strings for as long as they are short.
  ///
  /// - Parameters:
  ///   - items: A row.
  ///   - first: Where to begin.
  ///   - stop: Where to end.
  ///   - bytes: Where the strings' places are.
  /// - Returns: The first string that was not written.
  mutating func appendRow(
    _ items: Span<StringObject>, from first: Int, to stop: Int, of bytes: RawSpan
  ) -> Int {
    var index = first
    unsafe withRow(of: bytes, atMost: stop &- first) { row in
      while index < stop, unsafe row.append(items[index]) { index &+= 1 }
    }
    return index
  }

  /// Writes pairs of strings for as long as both are short.
  /// - Returns: The first string of the first pair that was not written.
  mutating func appendRow(
    pairs items: Span<StringObject>, from first: Int, to stop: Int, of bytes: RawSpan
  ) -> Int {
    var index = first
    unsafe withRow(of: bytes, atMost: stop &- first) { row in
      while index < stop {
        let start = unsafe row.at
        guard unsafe row.append(items[index]), unsafe row.append(items[index &+ 1]) else {
          unsafe row.at = unsafe start
          return
        }
        index &+= 2
      }
    }
    return index
  }

  /// Writes scores and members for as long as these are short.
  /// - Returns: The first member that was not written, and whether a score is a zero below zero.
  mutating func appendRow(
    _ members: Span<StringObject>, scores: Span<Double>, from first: Int, to stop: Int,
    of bytes: RawSpan
  ) -> (next: Int, hasMinusZero: Bool) {
    var index = first
    var hasMinusZero = false
    unsafe withRow(of: bytes, atMost: 2 &* (stop &- first)) { row in
      while index < stop {
        let start = unsafe row.at
        let score = scores[index]
        unsafe row.append(score: score)
        guard unsafe row.append(members[index]) else {
          unsafe row.at = unsafe start
          return
        }
        if score == 0, score.sign == .minus { hasMinusZero = true }
        index &+= 1
      }
    }
    return (index, hasMinusZero)
  }

  @inline(__always)
  private mutating func withRow(
    of bytes: RawSpan, atMost count: Int, _ body: (inout RowPlace) -> Void
  ) {
    check(count &* OutputCursor.rowItem)
    // SAFETY: there is room for the row, as was checked; `body` writes `count` items at most, each of
    // at most `rowItem` bytes, and what a step overshoots stays inside the slack behind them. Places
    // are compared with the source before they are read.
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      var row = unsafe RowPlace(
        at: at, source: start, limit: source.count &- 64, heads: BulkHead.short)
      unsafe body(&row)
      unsafe move(to: row.at)
    }
  }
}

/// Where a row is being written, and what from.
@unsafe private struct RowPlace {
  var at: UnsafeMutableRawPointer
  let source: UnsafeRawPointer
  /// The last offset that 64 bytes follow; below zero if there is none.
  let limit: Int
  let heads: [UInt64]

  /// Writes a string if it is short.
  @inline(__always)
  mutating func append(_ item: StringObject) -> Bool {
    switch item {
    case .raw(let place):
      guard UInt(bitPattern: place.count) <= 64, place.offset >= 0, unsafe place.offset <= limit
      else { return false }
      unsafe appendHead(place.count)
      let from = unsafe source + place.offset
      for step in 0..<4 {
        unsafe (at + 16 &* step).storeBytes(
          of: (from + 16 &* step).loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
      }
      unsafe at += place.count
      unsafe appendLineEnd()
      return true
    case .integer(let value):
      unsafe append(decimal: value)
      return true
    case .lzf: return false
    }
  }

  @inline(__always)
  private mutating func appendHead(_ count: Int) {
    let head = unsafe heads[count]
    unsafe at.storeBytes(of: head.littleEndian, as: UInt64.self)
    unsafe at += Int(truncatingIfNeeded: head >> 56)
  }

  @inline(__always)
  private mutating func appendLineEnd() {
    unsafe at.storeBytes(of: UInt16(0x0a0d).littleEndian, as: UInt16.self)
    unsafe at += 2
  }

  @inline(__always)
  private mutating func append(word: UInt64, width: Int) {
    unsafe at.storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe at += width
  }

  /// A number's decimal text, as a bulk string.
  @inline(__always)
  mutating func append(decimal value: Int64) {
    let magnitude = value.magnitude
    guard magnitude < 10_000_000_000_000_000 else { return unsafe appendLong(decimal: value) }
    let sign = value < 0 ? 1 : 0
    if magnitude < 100_000_000 {
      let (digits, width) = DecimalDigits.short(magnitude)
      unsafe appendHead(width &+ sign)
      if sign == 1 { unsafe append(word: 0x2d, width: 1) }
      unsafe append(word: digits, width: width)
    } else {
      let (high, low) = magnitude.quotientAndRemainder(dividingBy: 100_000_000)
      let (digits, width) = DecimalDigits.short(high)
      unsafe appendHead(width &+ sign &+ 8)
      if sign == 1 { unsafe append(word: 0x2d, width: 1) }
      unsafe append(word: digits, width: width)
      unsafe append(word: DecimalDigits.eight(low) | DecimalDigits.zeros, width: 8)
    }
    unsafe appendLineEnd()
  }

  @inline(never)
  private mutating func appendLong(decimal value: Int64) {
    var cursor = unsafe OutputCursor(at: at, end: at + OutputCursor.rowItem)
    cursor.appendBulk(decimal: value)
    unsafe at = unsafe cursor.at
  }

  /// A score, as a bulk string.
  @inline(__always)
  mutating func append(score: Double) {
    if score.magnitude < 1e15 {
      // An integral double below 2^53 is exact.
      let integer = Int64(score)
      if Double(integer) == score, integer != 0 { return unsafe append(decimal: integer) }
    }
    unsafe appendLong(score: score)
  }

  @inline(never)
  private mutating func appendLong(score: Double) {
    var cursor = unsafe OutputCursor(at: at, end: at + OutputCursor.rowItem)
    cursor.appendBulk(score: score)
    unsafe at = unsafe cursor.at
  }
}
