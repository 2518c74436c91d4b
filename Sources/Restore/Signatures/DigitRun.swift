// Runs of digits, with single spaces or dashes between them as people write long numbers.

/// The longest run of digits in a text.
enum DigitRun {
  /// The length of the longest run with at least `least` digits; the search ends at `enough`.
  static func longest(in text: RawSpan, least: Int, enough: Int) -> Int {
    var longest = 0
    each(in: text, least: least) { digits, _ in
      longest = max(longest, digits)
      return longest < enough
    }
    return longest
  }

  /// Passes the runs with at least `least` digits, in order, until `body` returns false.
  ///
  /// A run of `least` bytes covers four bytes at some multiple of `least` − 3, so only those
  /// positions are
  /// read. Digits, spaces and dashes are between 20 and 3F, which one comparison checks for four
  /// bytes.
  @inline(__always)
  static func each(
    in text: RawSpan, least: Int, _ body: (_ digits: Int, _ place: Range<Int>) -> Bool
  ) {
    let count = text.byteCount
    guard least >= 4, count >= least else { return }
    var at = 0
    let step = least &- 3
    while at &+ 4 <= count {
      // Of two neighbours inside a run one is a digit.
      let digit = isDigit(text.byte(at: at)) ? at : at &+ 1
      guard text.word32(at: at) & 0xe0e0_e0e0 == 0x2020_2020, isDigit(text.byte(at: digit)) else {
        at &+= step
        continue
      }
      let row = row(around: digit, in: text)
      if row.digits >= least, !body(row.digits, row.place) { return }
      // The next multiple after the run.
      at = (row.place.upperBound &- 1) / step &* step &+ step
    }
  }

  /// The run around a digit: its digits, and where it is.
  private static func row(
    around place: Int, in text: RawSpan
  ) -> (digits: Int, place: Range<Int>) {
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
    return (digits, first..<last &+ 1)
  }

  /// The neighbouring digit, possibly beyond one space or dash.
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
