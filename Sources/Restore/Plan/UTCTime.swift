// The vendor's times: UTC in two forms. The calendar is the proleptic Gregorian one, computed by
// 400-year eras.
//
//   yyyy-MM-ddTHH:mm:ssZ      yyyy-MM-ddTHH:mmZ

package import RDB

/// A UTC time in the vendor's format.
package struct UTCTime: Hashable, BitwiseCopyable, Sendable {
  /// The time.
  package var instant: UnixMilliseconds

  /// Creates a time.
  package init(_ instant: UnixMilliseconds) { self.instant = instant }

  /// Parses a time; nil for any other form and for dates that do not exist.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 20 || bytes.count == 17 else { return nil }
    let form = bytes.count == 20 ? "dddd-dd-ddTdd:dd:ddZ" : "dddd-dd-ddTdd:ddZ"
    for (byte, expected) in zip(bytes, form.utf8) {
      let isDigit = byte >= 0x30 && byte <= 0x39
      guard expected == UInt8(ascii: "d") ? isDigit : byte == expected else { return nil }
    }
    func number(_ range: Range<Int>) -> Int {
      bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }  // at most four digits
    }
    let second = bytes.count == 20 ? number(17..<19) : 0
    self.init(
      year: number(0..<4), month: number(5..<7), day: number(8..<10), hour: number(11..<13),
      minute: number(14..<16), second: second)
  }

  /// Creates a time from its components; nil if the calendar has no such time.
  package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (0...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= UTCTime.days(inMonth: month, of: year),
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    let days = UTCTime.daysSinceEpoch(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
    instant = UnixMilliseconds(Int64(seconds) * 1000)
  }

  static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1970-01-01 to a date.
  ///
  /// Years start in March, so that the leap day is the last.
  static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let era = floorDivide(marchYear, 400)
    let yearOfEra = marchYear - era * 400
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date a number of days after 1970-01-01.
  static func date(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
    let fromEra = days + 719_468
    let era = floorDivide(fromEra, 146_097)
    let dayOfEra = fromEra - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension UTCTime: CustomStringConvertible {
  /// `yyyy-MM-ddTHH:mm:ssZ`, with milliseconds if there are any.
  ///
  /// Years outside 0000 to 9999, which no parameter can express, have a sign and all their digits.
  package var description: String {
    let milliseconds = Int(instant.rawValue)
    let seconds = floorDivide(milliseconds, 1000)
    let rest = (milliseconds % 1000 + 1000) % 1000
    let days = floorDivide(seconds, 86_400)
    let ofDay = seconds - days * 86_400
    let date = UTCTime.date(daysSinceEpoch: days)
    let clock = "\(padded(ofDay / 3600)):\(padded(ofDay / 60 % 60)):\(padded(ofDay % 60))"
    let fraction = rest == 0 ? "" : ".\(padded(rest, 3))"
    return "\(yearText(date.year))-\(padded(date.month))-\(padded(date.day))T\(clock)\(fraction)Z"
  }
}

private func yearText(_ year: Int) -> String {
  guard !(0...9999).contains(year) else { return padded(year, 4) }
  return (year < 0 ? "-" : "+") + padded(abs(year), 6)
}

private func padded(_ number: Int, _ width: Int = 2) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// Division that rounds down, for times before the epoch; `b` > 0.
private func floorDivide(_ a: Int, _ b: Int) -> Int { a % b < 0 ? a / b - 1 : a / b }
