import RDB
import Restore
import Testing

@Suite("UTC times") struct UTCTimeTests {
  @Test(
    "both of the vendor's forms are read",
    arguments: [
      ("2021-07-06T07:25:57Z", 1_625_556_357_000), ("2021-07-06T07:25Z", 1_625_556_300_000),
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1000),
      ("2000-02-29T00:00Z", 951_782_400_000), ("2024-02-29T23:59:59Z", 1_709_251_199_000),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ])
  func reads(text: String, milliseconds: Int64) {
    #expect(UTCTime(text)?.instant == UnixMilliseconds(milliseconds))
  }

  @Test(
    "any other form, and any moment the calendar does not have, is refused",
    arguments: [
      "", "2021-07-06", "2021-07-06T07:25:57", "2021-07-06t07:25:57Z", "2021-07-06 07:25:57Z",
      "2021-07-06T07:25:57z", "2021-07-06T07:25:57+08:00", "2021-07-06T07:25:57.000Z",
      "2021-7-6T07:25:57Z", " 2021-07-06T07:25Z", "2021-07-06T07:25Z ", "+021-07-06T07:25:57Z",
      "2021-00-06T07:25Z", "2021-13-06T07:25Z", "2021-07-00T07:25Z", "2021-07-32T07:25Z",
      "2021-04-31T00:00Z", "2021-02-29T00:00Z", "1900-02-29T00:00Z", "2100-02-29T00:00:00Z",
      "2021-07-06T24:00Z", "2021-07-06T23:60Z", "2021-07-06T23:59:60Z", "２021-07-06T07:25Z",
      "2021-07-06T07:25:5\u{0}Z",
    ])
  func refuses(text: String) {
    #expect(UTCTime(text) == nil)
  }

  @Test("every day from year 0 to 9999 follows the day before, and is written as it is read")
  func everyDay() {
    var expected: Int64 = -62_167_219_200_000
    for year in 0...9999 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (month, length) in lengths.enumerated() {
        for day in [1, 2, length] {
          let time = UTCTime(year: year, month: month + 1, day: day)
          let instant = expected + Int64(day - 1) * 86_400_000
          if time?.instant.rawValue != instant { Issue.record("\(year)-\(month + 1)-\(day)") }
        }
        if year % 97 == 0, let time = UTCTime(year: year, month: month + 1, day: length) {
          #expect(UTCTime(time.description) == time)
        }
        #expect(UTCTime(year: year, month: month + 1, day: length + 1) == nil)
        expected += Int64(length) * 86_400_000
      }
    }
  }

  @Test(
    "milliseconds are written only where there are any",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.001Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (1_625_556_357_020, "2021-07-06T07:25:57.020Z"),
      (253_402_300_800_000, "+010000-01-01T00:00:00Z"),
      (-62_167_219_200_001, "-000001-12-31T23:59:59.999Z"),
    ])
  func writes(milliseconds: Int64, text: String) {
    #expect(UTCTime(UnixMilliseconds(milliseconds)).description == text)
  }

  @Test("the first and the last instant that there are can be written")
  func extremes() {
    #expect(
      UTCTime(UnixMilliseconds(.max)).description == "+292278994-08-17T07:12:55.807Z")
    #expect(
      UTCTime(UnixMilliseconds(.min)).description == "-292275055-05-16T16:47:04.192Z")
  }
}
