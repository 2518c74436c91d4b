// The class of a byte string as text. Most keys are printable ASCII, which is checked eight bytes
// at a time.

import RDB

/// The class of a byte string as text.
enum TextKind: Hashable {
  /// Printable ASCII without quotes, commas or backslashes: identical in every format.
  case plain
  /// UTF-8.
  case utf8
  /// Anything else.
  case binary

  /// Classifies bytes.
  @inline(__always)
  init(_ place: ByteRange, of bytes: RawSpan) {
    self = TextKind.isPlain(place, of: bytes) ? .plain : TextKind.slow(place, of: bytes)
  }

  /// Whether the bytes are plain.
  @inline(__always)
  static func isPlain(_ place: ByteRange, of bytes: RawSpan) -> Bool {
    holds(for: place, of: bytes) { isPlain($0) }
  }

  /// Whether the bytes are printable ASCII without backslashes: unescaped in a tab-separated line.
  @inline(__always)
  static func isPlainField(_ place: ByteRange, of bytes: RawSpan) -> Bool {
    holds(for: place, of: bytes) { isPlainField($0) }
  }

  /// Whether a test holds for all words of the bytes; short strings are padded with spaces.
  @inline(__always)
  private static func holds(
    for place: ByteRange, of bytes: RawSpan, _ test: (UInt64) -> Bool
  ) -> Bool {
    guard place.count >= 8 else { return test(shortWord(place, of: bytes)) }
    // Checking the last eight bytes first leaves no tail.
    let last = place.end &- 8
    guard test(bytes.word(at: last)) else { return false }
    var at = place.offset
    while at < last {
      guard test(bytes.word(at: at)) else { return false }
      at &+= 8
    }
    return true
  }

  private static func shortWord(_ place: ByteRange, of bytes: RawSpan) -> UInt64 {
    var word: UInt64 = 0x2020_2020_2020_2020
    for at in place.range { word = word << 8 | UInt64(bytes.byte(at)) }
    return word
  }

  /// Whether all eight bytes are printable ASCII other than `\`; see `isPlain`.
  @inline(__always)
  private static func isPlainField(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let backslashes = word ^ 0x5c5c_5c5c_5c5c_5c5c
    // The tests for spaces and backslashes may be wrong for bytes from 80 on, which are found
    // anyway.
    let found =
      (word &+ ones) | word | (word &- 0x2020_2020_2020_2020) | (backslashes &- ones)
    return found & 0x8080_8080_8080_8080 == 0
  }

  /// Whether all eight bytes are printable ASCII other than `"`, `,` and `\`.
  ///
  /// Subtraction borrows into a byte's top bit only if that byte or a lower one matches, so the
  /// result is
  /// exact for the word as a whole.
  @inline(__always)
  private static func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ 0x2222_2222_2222_2222
    let commas = word ^ 0x2c2c_2c2c_2c2c_2c2c
    let backslashes = word ^ 0x5c5c_5c5c_5c5c_5c5c
    let found =
      (word &+ ones | word)  // 7F and above
      | (word &- 0x2020_2020_2020_2020) & ~word | (quotes &- ones) & ~quotes
      | (commas &- ones) & ~commas | (backslashes &- ones) & ~backslashes
    return found & 0x8080_8080_8080_8080 == 0
  }

  @inline(never)
  private static func slow(_ place: ByteRange, of bytes: RawSpan) -> TextKind {
    var at = place.offset
    while at < place.end {
      if place.end &- at >= 8, bytes.word(at: at) & 0x8080_8080_8080_8080 == 0 {
        at &+= 8
        continue
      }
      let count = utf8Count(at: at, before: place.end, of: bytes)
      guard count > 0 else { return .binary }
      at &+= count
    }
    return .utf8
  }

  /// The length of the UTF-8 scalar at an offset; 0 if it is invalid.
  ///
  ///     00..7F
  ///     C2..DF 80..BF
  ///     E0     A0..BF 80..BF        E1..EC, EE, EF  80..BF 80..BF        ED  80..9F 80..BF
  ///     F0     90..BF 80..BF 80..BF F1..F3  80..BF ×3                    F4  80..8F 80..BF 80..BF
  static func utf8Count(at place: Int, before end: Int, of bytes: RawSpan) -> Int {
    let first = bytes.byte(place)
    guard first >= 0x80 else { return 1 }
    let count = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    guard first >= 0xc2, first <= 0xf4, count <= end &- place else { return 0 }
    let low: UInt8 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80
    let high: UInt8 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf
    guard (low...high).contains(bytes.byte(place &+ 1)) else { return 0 }
    for index in 2..<max(count, 2) where bytes.byte(place &+ index) & 0xc0 != 0x80 { return 0 }
    return count
  }
}
