// What is asked of strings, wherever they are.

import RDB

extension ByteParts {
  /// Whether two strings are the same.
  @inline(__always)
  func equal(_ a: StringPlace, _ b: StringPlace) -> Bool {
    guard a.count == b.count else { return false }
    return withBytes(a) { left in withBytes(b) { left.equals($0) } }
  }

  /// Whether one string comes before another, byte by byte.
  func precedes(_ a: StringPlace, _ b: StringPlace) -> Bool {
    withBytes(a) { left in withBytes(b) { left.precedes($0) } }
  }

  /// The hash of a string.
  @inline(__always)
  func hash(_ place: StringPlace) -> UInt64 { withBytes(place) { ByteHash.of($0) } }

  /// Reads the first byte of a string.
  @inline(__always)
  func touch(_ place: StringPlace) -> UInt64 {
    withBytes(place) { $0.byteCount == 0 ? 0 : UInt64($0.byte(at: 0)) }
  }

  /// The bytes of a string, copied.
  package func array(_ place: StringPlace) -> [UInt8] { withBytes(place) { [UInt8](copying: $0) } }

  /// Whether a string is a word, in letters of any case; the word is in upper case.
  func isWord(_ place: StringPlace, _ word: StaticString) -> Bool {
    withBytes(place) { bytes in bytes.isWord(word) }
  }

  /// The integer that a string spells, as servers read it: no sign but one minus, no zero in front.
  func integer(_ place: StringPlace) -> Int64? { withBytes(place) { $0.strictInteger } }

  /// The number that a string spells, infinities included; nil for NaN and for no number.
  func double(_ place: StringPlace) -> Double? { withBytes(place) { $0.double } }

  /// The decimal text of a number, in the arena.
  func keep(decimal value: Int64) -> StringPlace { keep(Array(String(value).utf8)) }
}

extension RawSpan {
  /// Whether the bytes are a word, in letters of any case; the word is in upper case.
  @inline(__always)
  func isWord(_ word: StaticString) -> Bool {
    byteCount == word.utf8CodeUnitCount && upperStarts(with: word)
  }

  private func upperStarts(with word: StaticString) -> Bool {
    var at = 0
    for scalar in word.description.utf8 {
      guard byte(at: at).upperLetter == scalar else { return false }
      at &+= 1
    }
    return true
  }

  /// The integer that the bytes spell, as servers read it: no sign but one minus, no zero in front.
  var strictInteger: Int64? {
    guard byteCount > 0, byteCount <= 20 else { return nil }
    let isNegative = byte(at: 0) == 0x2d
    let first = isNegative ? 1 : 0
    guard first < byteCount, byte(at: first) != 0x30 || (byteCount == 1) else { return nil }
    var magnitude: UInt64 = 0
    for index in first..<byteCount {
      let digit = byte(at: index) &- 0x30
      guard digit <= 9 else { return nil }
      let (product, isLarge) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = product.addingReportingOverflow(UInt64(digit))
      guard !isLarge, !isLarger else { return nil }
      magnitude = sum
    }
    guard isNegative else { return Int64(exactly: magnitude) }
    return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
  }

  /// The number without a sign that the bytes spell; zeros may stand in front.
  var unsignedInteger: UInt64? {
    guard byteCount > 0, byteCount <= 20 else { return nil }
    var number: UInt64 = 0
    for index in 0..<byteCount {
      let digit = byte(at: index) &- 0x30
      guard digit <= 9 else { return nil }
      let (product, isLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = product.addingReportingOverflow(UInt64(digit))
      guard !isLarge, !isLarger else { return nil }
      number = sum
    }
    return number
  }

  /// The number that the bytes spell, infinities included; nil for NaN and for no number.
  var double: Double? {
    if byteCount <= 15, let number = strictInteger { return Double(number) }
    guard byteCount > 0, byteCount <= 400 else { return nil }
    for index in 0..<byteCount where byte(at: index) <= 0x20 { return nil }
    guard let value = Double(String(decoding: [UInt8](copying: self), as: UTF8.self)), !value.isNaN
    else { return nil }
    return value
  }
}

extension UInt8 {
  /// The letter in upper case; anything else as it is.
  @inline(__always)
  var upperLetter: UInt8 { self >= 0x61 && self <= 0x7a ? self &- 0x20 : self }
}
