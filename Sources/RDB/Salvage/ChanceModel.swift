/// What chance makes of the bytes around a place; see PlausibilityScore.swift.
struct ChanceModel {
  /// Bytes that are looked at.
  private static let sample = 4096
  /// Bits beyond the logarithm of the places that were tried, in tenths: in one search of thirty a chain
  /// is believed by chance, if chance were all that there is in a file.
  private static let margin = 50

  /// What a byte that may begin a record is worth, in tenths of bits.
  let start: Int
  /// What a character of text is worth.
  let character: Int

  /// Random bytes.
  init() {
    start = 30
    character = 14
  }

  /// Measures the bytes from a place on.
  init(_ bytes: RawSpan, around place: Int, _ dialect: RDBDialect) {
    let first = min(place, max(0, bytes.byteCount &- ChanceModel.sample))
    let end = min(first &+ ChanceModel.sample, bytes.byteCount)
    var starts = 1
    var printable = 1
    for index in first..<end {
      let byte = bytes.byte(at: index)
      if byte >= 0x20, byte < 0x7f { printable &+= 1 }
      if byte < RDBType.end, RDBType(byte).shape(in: dialect) != nil { starts &+= 1 }
    }
    let count = end &- first &+ 1
    start = ChanceModel.tenths(count, starts)
    character = min(14, ChanceModel.tenths(count, printable))
  }

  /// Tenths of bits of one chance in so many.
  private static func tenths(_ count: Int, _ among: Int) -> Int {
    // Logarithms of sixteenths are near enough.
    let ratio = max(1, count) &* 16 / max(1, among)
    return max(0, logarithm(ratio) &- 40)
  }

  /// Ten times the logarithm of a positive number to the base 2, not above it.
  private static func logarithm(_ number: Int) -> Int {
    let bits = Int.bitWidth &- 1 &- max(1, number).leadingZeroBitCount
    // The next three bits say how far it is to the next power.
    let fraction = bits >= 3 ? max(1, number) >> (bits &- 3) & 7 : 0
    return 10 &* bits &+ [0, 1, 3, 4, 5, 7, 8, 9][fraction]
  }

  /// The tenths of bits that a chain needs where so many places were tried.
  static func needed(afterTrying places: Int) -> Int { margin &+ logarithm(places &+ 1) }
}
