// Digits in a row, as people write long numbers: single spaces or dashes may stand between them.

/// The longest row of digits in a text.
enum DigitRun {
  /// Digits of the longest row, if any has `least` or more; looking ends with one of `enough`.
  ///
  /// Four bytes of a row of `least` bytes are met by looking at every place that is a multiple of
  /// `least` − 3. What lies between is not read. All four are digits, spaces or dashes, and so they
  /// stand between 20 and 3F, which one comparison tells of them together.
  static func longest(in text: RawSpan, least: Int, enough: Int) -> Int {
    let count = text.byteCount
    guard least >= 4, count >= least else { return 0 }
    var longest = 0
    var at = 0
    let step = least &- 3
    while at &+ 4 <= count {
      // Of two neighbours inside a row one is a digit.
      let digit = isDigit(text.byte(at: at)) ? at : at &+ 1
      guard text.word32(at: at) & 0xe0e0_e0e0 == 0x2020_2020, isDigit(text.byte(at: digit)) else {
        at &+= step
        continue
      }
      let row = row(around: digit, in: text)
      if row.digits >= least { longest = max(longest, row.digits) }
      if longest >= enough { return longest }
      // The next multiple behind the row.
      at = (row.end / step &+ 1) &* step
    }
    return longest
  }

  /// The row that a digit is part of: its digits, and the last of them.
  private static func row(around place: Int, in text: RawSpan) -> (digits: Int, end: Int) {
    var digits = 1
    var first = place
    while let before = neighbour(of: first, by: -1, in: text) {
      first = before
      digits &+= 1
    }
    var last = place
    while let behind = neighbour(of: last, by: 1, in: text) {
      last = behind
      digits &+= 1
    }
    return (digits, last)
  }

  /// The digit beside a digit, or beyond one space or dash.
  @inline(__always)
  private static func neighbour(of place: Int, by step: Int, in text: RawSpan) -> Int? {
    let next = place &+ step
    guard next >= 0, next < text.byteCount else { return nil }
    let byte = text.byte(at: next)
    if isDigit(byte) { return next }
    guard byte == 0x20 || byte == 0x2d else { return nil }
    let beyond = next &+ step
    guard beyond >= 0, beyond < text.byteCount, isDigit(text.byte(at: beyond)) else { return nil }
    return beyond
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
