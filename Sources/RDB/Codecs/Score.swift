// Scores of sorted sets as text: what servers wrote with %.17g or as the shortest text that reads
// back. Text of at most 15 digits and a small power of ten is exact by one multiplication or
// division (both operands are exact doubles); the rest goes through the library.

/// A score of a sorted set.
struct Score {
  /// The number.
  let value: Double

  /// Reads an entry of a packed structure as a score.
  /// - Throws: `.badScore`, with the entry's place in `blob`.
  @inline(__always)
  init(_ text: StringObject, in blob: RawSpan) throws(RDBError) {
    switch text {
    case .integer(let number): value = Double(number)
    case .raw(let place):
      guard let parsed = Score.parse(blob.extracting(place.range)) else {
        throw RDBError(.badScore, at: place.offset)
      }
      value = parsed
    case .lzf(let place, _): throw RDBError(.badScore, at: place.offset)
    }
  }

  /// The number a text stands for; nil if it is not a number.
  static func parse(_ text: RawSpan) -> Double? {
    if let quick = parseShort(text) { return quick }
    guard text.byteCount > 0, text.byteCount <= 400 else { return nil }
    var copy: [UInt8] = []
    for index in 0..<text.byteCount {
      let byte = text.byte(at: index)
      guard byte != 0 else { return nil }  // the library would stop there and be content
      copy.append(byte)
    }
    guard let value = Double(String(decoding: copy, as: UTF8.self)), !value.isNaN else {
      return nil
    }
    return value
  }

  private static func parseShort(_ text: RawSpan) -> Double? {
    let negative = text.byteCount > 0 && text.byte(at: 0) == 0x2d
    let start = negative ? 1 : 0
    let digits = text.byteCount - start
    guard digits >= 1, digits <= 16 else { return nil }
    var mantissa: Int64 = 0
    var point = -1
    for index in start..<text.byteCount {
      let character = text.byte(at: index)
      if character == 0x2e && point < 0 && index > start {
        point = index
        continue
      }
      guard (0x30...0x39).contains(character) else { return nil }
      mantissa = mantissa * 10 + Int64(character - 0x30)  // 16 digits at most
    }
    let decimals = point < 0 ? 0 : text.byteCount - 1 - point
    guard digits - (point < 0 ? 0 : 1) <= 15, point < 0 || decimals > 0 else { return nil }
    // Up to 15 digits, so both are exact doubles.
    let value = Double(mantissa) / Double(Decimal.powersOfTen[decimals])
    return negative ? -value : value
  }
}

extension RawSpan {
  /// A score as RDB 1 to 7 wrote it: a length and text; 253 NaN, 254 +inf, 255 −inf.
  /// - Throws: `.badScore` for NaN, which servers refuse, and for text that is not a number.
  func readTextScore(_ at: inout Int) throws(RDBError) -> Double {
    let start = at
    switch try readByte(&at) {
    case 253: throw RDBError(.badScore, at: start)
    case 254: return .infinity
    case 255: return -.infinity
    case let length:
      let place = try take(UInt64(length), &at)
      guard let value = Score.parse(extracting(place.range)) else {
        throw RDBError(.badScore, at: start)
      }
      return value
    }
  }
}
