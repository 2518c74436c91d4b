// The shortest text of a double is compared with the library's own, which is another algorithm.

import TestSupport
import Testing

@testable import Export

@Suite("ShortestDecimal")
struct ShortestDecimalTests {
  @Test("doubles of everyday size are spelled as the library spells them")
  func everyday() {
    var random = SeededRandom(for: "everyday doubles")
    var exact = 0
    for _ in 0..<30_000 {
      // Any bits, with an exponent from 2^-9 to 2^50.
      let exponent = UInt64(1023 - 9 + random.below(60))
      let bits = random.next() & 0x800f_ffff_ffff_ffff | exponent << 52
      exact += compare(Double(bitPattern: bits)) ? 1 : 0
    }
    #expect(exact > 25_000, "few went the long way")
  }

  @Test("short decimals, and their neighbours, are spelled as the library spells them")
  func short() {
    var random = SeededRandom(for: "short decimals")
    let scales = [10.0, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e9, 1e11]
    for _ in 0..<5000 {
      let number = Double(random.below(1_000_000_000)) / scales[random.below(scales.count)]
      for value in [number, -number, number.nextUp, number.nextDown] { compare(value) }
    }
  }

  @Test("powers of two and their neighbours are spelled as the library spells them")
  func powers() {
    for exponent in -70...70 {
      let power = Double(sign: .plus, exponent: exponent, significand: 1)
      for value in [power, power.nextUp, power.nextDown, power * 1.5, power * 1.25] {
        compare(value)
        compare(-value)
      }
    }
  }

  @Test("digits and decimals are the shortest")
  func digits() {
    #expect(parts(0.5) == nil, "a power of two")
    #expect(parts(1.5) == [15, 1])
    #expect(parts(12.25) == [1225, 2])
    #expect(parts(-0.1) == [1, 1])
    #expect(parts(123_456_789_012.125) == [123_456_789_012_125, 3])
    #expect(parts(0.3) == [3, 1])
    #expect(parts(0.1 + 0.2) == [30_000_000_000_000_004, 17])
    #expect(parts(3) == nil && parts(1e20) == nil && parts(1e-9) == nil && parts(.nan) == nil)
  }

  private func parts(_ value: Double) -> [UInt64]? {
    ShortestDecimal(magnitudeOf: value).map { [$0.digits, UInt64($0.decimals)] }
  }

  /// Compares a score's text, and that of the bulk string, with the library's.
  /// - Returns: Whether it went the short way.
  @discardableResult
  private func compare(_ value: Double) -> Bool {
    guard value != value.rounded(.towardZero) else { return false }
    let text = value.description
    #expect(writtenText { $0.append(score: value) } == text)
    let bulk = writtenText { $0.appendBulk(score: value) }
    #expect(bulk == "$\(text.utf8.count)\r\n\(text)\r\n")
    return ShortestDecimal(magnitudeOf: value) != nil
  }
}
