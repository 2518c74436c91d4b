// Rows of pieces written without a bounds check for each: the caller reserves room for the whole
// row and checks the places of short strings against their source. State is kept in registers, and
// pieces are stored in fixed steps.

import RDB

extension OutputCursor {
  /// Lends a cursor for a row of at most `room` bytes whose strings are in `bytes`.
  ///
  /// Overshoot stays in the slack behind the reserved room.
  @inline(__always)
  mutating func withRow(
    of bytes: RawSpan, atMost room: Int, _ body: (inout RowCursor) -> Void
  ) {
    check(room)
    // SAFETY: there is room for the row, as was checked; `body` promises to write no more. Strings are
    // read only at places that `takes` has compared with the source.
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      var row = unsafe RowCursor(at: at, source: start, limit: source.count &- 64)
      unsafe body(&row)
      unsafe move(to: row.at)
    }
  }
}

/// The position of a row being written, and its source.
@unsafe struct RowCursor {
  var at: UnsafeMutableRawPointer
  let source: UnsafeRawPointer
  /// The last offset that 64 bytes follow; negative if there is none.
  let limit: Int
  private let heads = unsafe ShortText.bulkHeads
  private let numbers = unsafe ShortText.numbers

  @inline(__always)
  init(at: UnsafeMutableRawPointer, source: UnsafeRawPointer, limit: Int) {
    unsafe self.at = unsafe at
    unsafe self.source = unsafe source
    unsafe self.limit = limit
  }

  /// Whether a place has at most 64 bytes and 64 bytes of the source follow its offset.
  @inline(__always)
  func takes(_ place: ByteRange) -> Bool {
    unsafe UInt(bitPattern: place.count) <= 64 && place.offset >= 0 && place.offset <= limit
  }

  /// Bytes at a place that `takes` has accepted.
  @inline(__always)
  mutating func append(_ place: ByteRange) {
    unsafe copy64(from: source + place.offset)
    unsafe at += place.count
  }

  /// The content of a buffer.
  @inline(__always)
  mutating func append(_ buffer: borrowing OutputBuffer, from first: Int = 0) {
    let count = buffer.count &- first
    unsafe buffer.withSlack { from in
      if count <= 32, first == 0 {
        unsafe copy32(from: from)
      } else {
        unsafe at.copyMemory(from: from + first, byteCount: count)
      }
    }
    unsafe at += count
  }

  @inline(__always)
  private func copy32(from: UnsafeRawPointer) {
    for step in 0..<2 {
      unsafe (at + 16 &* step).storeBytes(
        of: (from + 16 &* step).loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
    }
  }

  @inline(__always)
  private func copy64(from: UnsafeRawPointer) {
    for step in 0..<4 {
      unsafe (at + 16 &* step).storeBytes(
        of: (from + 16 &* step).loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
    }
  }

  /// The low `width` bytes of a word, least significant first; at most eight.
  @inline(__always)
  mutating func append(word: UInt64, width: Int) {
    unsafe at.storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe at += width
  }

  /// A text from one of the tables.
  @inline(__always)
  mutating func append(short text: UInt64) {
    unsafe append(word: text, width: Int(truncatingIfNeeded: text >> 56))
  }

  /// One byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    unsafe at.storeBytes(of: byte, as: UInt8.self)
    unsafe at += 1
  }

  /// Program text.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    unsafe at.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    unsafe at += text.utf8CodeUnitCount
  }

  /// The head of a bulk string of fewer than 100 bytes.
  @inline(__always)
  mutating func appendHead(_ count: Int) {
    precondition(UInt(bitPattern: count) < 100)
    unsafe append(short: heads[count])
  }

  /// A number in decimal.
  @inline(__always)
  mutating func append(decimal value: UInt64) {
    if value < 1000 {
      unsafe append(short: numbers[Int(truncatingIfNeeded: value)])
    } else if value < 100_000_000 {
      let (text, width) = DecimalDigits.short(value)
      unsafe append(word: text, width: width)
    } else {
      unsafe appendOther { $0.append(decimal: value) }
    }
  }

  /// Anything else, up to 64 bytes, through an ordinary cursor.
  @inline(never)
  mutating func appendOther(_ body: (inout OutputCursor) -> Void) {
    // SAFETY: as the row itself, of whose room this is a part.
    var cursor = unsafe OutputCursor(at: at, end: at + 64)
    body(&cursor)
    unsafe at = unsafe cursor.at
  }
}

/// Short texts by number: characters from the lowest byte on, their count in the highest.
///
/// Raw tables that are never freed: an array would be retained and released twice per record.
private enum ShortText {
  /// `$n␍␊` for n from 0 to 99.
  // SAFETY: written once, before anyone has the pointer.
  nonisolated(unsafe) static let bulkHeads = unsafe table(100) { count in
    let digits = text(of: count)
    let width = digits >> 56
    return 0x24 | (digits & 0xffff) << 8 | 0x0a0d << (8 + 8 * width) | (width + 3) << 56
  }

  /// The numbers 0 to 999 in decimal.
  // SAFETY: as above.
  nonisolated(unsafe) static let numbers = unsafe table(1000, text(of:))

  private static func text(of number: UInt64) -> UInt64 {
    let digits = [number / 100, number / 10 % 10, number % 10]
    let width = number < 10 ? 1 : number < 100 ? 2 : 3
    return digits.suffix(width).reversed().reduce(0) { $0 << 8 | (0x30 + $1) }
      | UInt64(width) << 56
  }

  private static func table(_ count: Int, _ text: (UInt64) -> UInt64) -> UnsafePointer<UInt64> {
    let table = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
    // SAFETY: as many places as were allocated.
    for number in 0..<count { unsafe (table + number).initialize(to: text(UInt64(number))) }
    return unsafe UnsafePointer(table)
  }
}
