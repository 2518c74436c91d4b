import Foundation
import Testing

@testable import RDBSiftCLI

@Suite("Formatting")
struct FormattingTests {
  @Test(
    "sizes have at most three digits before the unit changes",
    arguments: [
      (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"),
      (102_400, "100 KiB"), (102_348, "99.9 KiB"), (102_349, "100 KiB"),
      (1_048_575, "1.0 MiB"), (1_048_000, "1023 KiB"), (1_572_864, "1.5 MiB"),
      (93_415_538_688, "87.0 GiB"), (Int.max, "8.0 EiB"), (-1536, "-1.5 KiB"),
      (Int.min, "-8.0 EiB"),
    ])
  func size(bytes: Int, text: String) {
    #expect(Formatting.size(bytes) == text)
  }

  @Test("a size is never further off than its last digit says")
  func sizeIsClose() {
    let scales = ["B": 1.0, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824]
    for bytes in stride(from: 1, to: 3_000_000_000, by: 1_234_567) {
      let parts = Formatting.size(bytes).split(separator: " ")
      let value = Double(parts[0]).map { $0 * (scales[String(parts[1])] ?? 0) } ?? 0
      #expect(abs(value - Double(bytes)) <= Double(bytes) * 0.052)
    }
  }

  @Test(
    "counts have a comma between thousands",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (123_456, "123,456"), (1_234_567, "1,234,567"),
      (-1000, "-1,000"), (-999, "-999"), (Int64.min, "-9,223,372,036,854,775,808"),
    ] as [(Int64, String)])
  func count(number: Int64, text: String) {
    #expect(Formatting.count(number) == text)
  }

  @Test("one is singular, everything else is plural")
  func nouns() {
    #expect(Formatting.count(0, "key", "keys") == "0 keys")
    #expect(Formatting.count(1, "key", "keys") == "1 key")
    #expect(Formatting.count(2000, "key", "keys") == "2,000 keys")
  }

  @Test(
    "moments are UTC, with a fraction if there is one",
    arguments: [
      (0, "1970-01-01 00:00:00Z"), (1, "1970-01-01 00:00:00.001Z"),
      (-1, "1969-12-31 23:59:59.999Z"), (1_795_514_400_123, "2026-11-24 10:00:00.123Z"),
      (951_782_400_000, "2000-02-29 00:00:00Z"), (253_402_300_799_000, "9999-12-31 23:59:59Z"),
      (253_402_300_800_000, "10000-01-01 00:00:00Z"),
      (-62_167_219_200_000, "0000-01-01 00:00:00Z"),
      (-62_167_219_200_001, "-0001-12-31 23:59:59.999Z"),
      (Int64.max, "292278994-08-17 07:12:55.807Z"), (Int64.min, "-292275055-05-16 16:47:04.192Z"),
    ] as [(Int64, String)])
  func instant(milliseconds: Int64, text: String) {
    #expect(Formatting.instant(milliseconds: milliseconds) == text)
  }

  @Test("days from 1890 to 2410 are the days that Foundation says")
  func days() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for day in stride(from: -29_220, to: 160_800, by: 5) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let expected = String(
        format: "%04d-%02d-%02d 00:00:00Z", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
      let text = Formatting.instant(milliseconds: Int64(day) * 86_400_000)
      if text != expected { Issue.record("\(text) is not \(expected)") }
    }
  }

  @Test(
    "spans of time have their two greatest units",
    arguments: [
      (0, "0 ms"), (250, "250 ms"), (1000, "1 s"), (1500, "1.5 s"), (59_999, "59.9 s"),
      (60_000, "1 min"), (61_000, "1 min 1 s"), (3_600_000, "1 h"), (5_400_000, "1 h 30 min"),
      (273_600_000, "3 d 4 h"), (86_400_000, "1 d"), (86_460_000, "1 d"), (-61_000, "-1 min 1 s"),
      (Int64.min, "-106751991167 d 7 h"),
    ] as [(Int64, String)])
  func duration(milliseconds: Int64, text: String) {
    #expect(Formatting.duration(milliseconds: milliseconds) == text)
  }

  @Test(
    "a text is cut only where it is too wide, and then ends in an ellipsis",
    arguments: [
      ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("abcd", 0, ""), ("", 0, ""),
      ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
      ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"),
    ])
  func truncated(text: String, width: Int, expected: String) {
    let cut = Formatting.truncated(text, to: width)
    #expect(cut == expected)
    #expect(DisplayWidth.of(cut) <= width)
  }
}
