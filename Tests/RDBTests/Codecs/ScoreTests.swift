import Foundation
import TestSupport
import Testing

@testable import RDB

private func parse(_ text: String) -> Double? { Array(text.utf8).withRawSpan { Score.parse($0) } }

private func textScore(_ bytes: [UInt8]) throws(RDBError) -> ReadResult<Double> {
  try read(bytes) { (span, at) throws(RDBError) in try span.readTextScore(&at) }
}

@Suite("score")
struct ScoreTests {
  @Test(
    "a score's text is the number it spells",
    arguments: [
      ("0", 0), ("1", 1), ("-1", -1), ("1.5", 1.5), ("-3.25", -3.25), ("0.1", 0.1),
      ("4.3499999999999996", 4.35), ("4.35", 4.35), ("0.30000000000000004", 0.1 + 0.2),
      ("1e+20", 1e20), ("1e20", 1e20), ("1E5", 1e5), ("1e-7", 1e-7),
      ("-3.4999999999999998e-07", -3.5e-7),
      ("5e-324", Double.leastNonzeroMagnitude),
      ("4.9406564584124654e-324", Double.leastNonzeroMagnitude),
      ("2.2250738585072014e-308", 0x1p-1022),
      ("1.7976931348623157e+308", Double.greatestFiniteMagnitude),
      ("-1.7976931348623157e+308", -Double.greatestFiniteMagnitude),
      ("9007199254740993", 9007199254740992), ("123456789012345680", 123456789012345680),
      ("999999999999999", 999999999999999), ("9999999999999999", 10000000000000000),
      ("0.000001", 1e-6), ("00012", 12), ("000000000000000000012", 12),
      ("3.1415926535897931", Double.pi),
      ("inf", .infinity), ("-inf", -.infinity), (".5", 0.5), ("+1", 1),
    ])
  func texts(_ text: String, _ value: Double) {
    #expect(parse(text) == value)
  }

  @Test("minus zero keeps its sign", arguments: ["-0", "-0.0", "-0e0", "-0.000000000000000000"])
  func minusZero(_ text: String) {
    #expect(parse(text)?.bitPattern == (-0.0).bitPattern)
  }

  @Test(
    "what is no number is refused",
    arguments: [
      "", "-", ".", "-.", "nan", "-nan", "NaN", "abc", "1x", "1 ", " 1", "1..2", "1.2.3", "--1",
      "1e",
      "e5", "1-", "1\u{0}", "1\u{0}2", "\u{ff}",
    ])
  func notNumbers(_ text: String) {
    #expect(parse(text) == nil)
  }

  @Test("100000 random texts spell what the library reads")
  func randomTexts() {
    var random = SeededRandom(for: "scores")
    for _ in 0..<100_000 {
      let text = randomText(&random)
      guard let expected = Double(text) else {
        Issue.record("no number: \(text)")
        continue
      }
      let found = parse(text)
      if found?.bitPattern != expected.bitPattern {
        Issue.record("\(text) is \(expected), not \(String(describing: found))")
      }
    }
  }

  /// Texts as servers write them: integers, few digits, shortest, 17 digits.
  private func randomText(_ random: inout SeededRandom) -> String {
    let bits = random.next()
    switch random.below(6) {
    case 0: return String(Int64(bitPattern: bits) >> Int64(random.below(64)))
    case 1: return String(Double(Int64(bitPattern: bits) >> 40) / 100)
    case 2:
      let digits = String(bits % 900_000_000_000_000_000 + 100_000_000_000_000_000).dropLast(
        random.below(18))
      let point = digits.index(digits.startIndex, offsetBy: random.below(digits.count) + 1)
      let rest = digits[point...]
      return digits[..<point] + (rest.isEmpty ? "" : "." + rest)
    case 3:
      let value = Double(bitPattern: bits)
      return value.isFinite ? String(value) : "0"
    case 4:
      let value = Double(bitPattern: bits)
      return value.isFinite ? String(format: "%.17g", value) : "1"
    default: return String(format: "%.17g", Double(bits) / Double(1 + random.next() % 1_000_000))
    }
  }

  @Test("a textual score has its length before it, and three words without text")
  func textScores() throws {
    let plain = try textScore([3] + Array("1.5".utf8))
    #expect(plain.value == 1.5 && plain.end == 4)
    #expect(try textScore([254]).value == .infinity)
    #expect(try textScore([255]).value == -.infinity)
    #expect(try textScore([2] + Array("-0".utf8)).value.sign == .minus)
  }

  @Test(
    "a score that is not a number is refused, as servers refuse it",
    arguments: [
      [253], [3] + Array("nan".utf8), [0], [1, 0x78],
    ] as [[UInt8]])
  func notANumber(_ bytes: [UInt8]) {
    let error = failure { () throws(RDBError) in try textScore(bytes) }
    #expect(error == RDBError(.badScore, at: 0))
  }

  @Test(
    "a textual score that is cut is truncated", arguments: [[], [3], [3, 0x31, 0x2e]] as [[UInt8]])
  func cut(_ bytes: [UInt8]) {
    #expect(failure { () throws(RDBError) in try textScore(bytes) }?.reason == .truncated)
  }
}
