// Instants and durations for people: UTC, the Gregorian calendar, any 64-bit number of milliseconds.

import RDB

extension Formatting {
  /// An instant in UTC: `2026-11-24 10:00:00.123Z`, without the fraction if it is zero.
  ///
  /// An expiry in a file may be any 64-bit number; years may have more than four digits.
  static func instant(_ instant: UnixMilliseconds) -> String {
    self.instant(milliseconds: instant.rawValue)
  }

  /// An instant in milliseconds since 1970, in UTC.
  static func instant(milliseconds: Int64) -> String {
    let (date, inDay) = date(milliseconds: milliseconds)
    let (seconds, fraction) = inDay.quotientAndRemainder(dividingBy: 1000)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    let year = date.year < 0 ? "-" + padded(-date.year, 4) : padded(date.year, 4)
    let day = "\(year)-\(padded(date.month, 2))-\(padded(date.day, 2))"
    let tail = fraction == 0 ? "Z" : ".\(padded(fraction, 3))Z"
    return "\(day) \(clock.joined(separator: ":"))\(tail)"
  }

  /// A duration in its two greatest units: `3 d 4 h`, `12 min`, `1.5 s`, `250 ms`.
  static func duration(milliseconds: Int64) -> String {
    let sign = milliseconds < 0 ? "-" : ""
    let value = milliseconds.magnitude
    if value < 1000 { return "\(sign)\(value) ms" }
    if value < 60_000 {
      let tenths = value % 1000 / 100
      return tenths == 0 ? "\(sign)\(value / 1000) s" : "\(sign)\(value / 1000).\(tenths) s"
    }
    let units: [(UInt64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")]
    let first = units.firstIndex { value >= $0.0 } ?? units.count - 1
    var text = "\(sign)\(value / units[first].0) \(units[first].1)"
    let lesser = first + 1 < units.count ? units[first + 1] : (1000, "s")
    let rest = value % units[first].0 / lesser.0
    if rest > 0 { text += " \(rest) \(lesser.1)" }
    return text
  }

  /// An instant seen from another, in its greatest unit: `in 3 d`, `12 min ago`, `in 45 s`.
  static func relative(_ instant: UnixMilliseconds, to now: UnixMilliseconds) -> String {
    let units: [(seconds: UInt64, name: String)] = [
      (31_557_600, "y"), (86_400, "d"), (3600, "h"), (60, "min"), (1, "s"),
    ]
    let (distance, isFar) = instant.rawValue.subtractingReportingOverflow(now.rawValue)
    let seconds = isFar ? .max : distance.magnitude / 1000
    // Two of a unit at least, since "in 1 d" may be nearly two days.
    let unit = units.first { seconds >= 2 * $0.seconds } ?? (1, "s")
    let number = seconds / unit.seconds
    let text = number > 9999 ? "9999+ \(unit.name)" : "\(number) \(unit.name)"
    return instant >= now ? "in \(text)" : "\(text) ago"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private static func floorDivided(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// The Gregorian date of an instant, and the milliseconds of its day that have passed.
  static func date(
    milliseconds: Int64
  ) -> (date: (year: Int64, month: Int64, day: Int64), inDay: Int64) {
    let (days, inDay) = floorDivided(milliseconds, by: 86_400_000)
    return (civil(days: days), inDay)
  }

  /// The Gregorian date of a day counted from 1970-01-01.
  ///
  /// Years are counted from March, so that the leap day is a year's last: then 400 years have
  /// 146,097 days, and the months from March on have 31, 30, 31, 30, 31 days, twice and a bit.
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // 0000-03-01 is 719,468 days before 1970; a day's number is far from the ends of Int64.
    let (cycle, inCycle) = floorDivided(days + 719_468, by: 146_097)
    let century = min(inCycle / 36_524, 3)
    let inCentury = inCycle - century * 36_524
    let fours = inCentury / 1461
    let yearOfFour = min((inCentury - fours * 1461) / 365, 3)
    let inYear = inCentury - fours * 1461 - yearOfFour * 365
    let marchMonth = (inYear * 5 + 2) / 153
    let day = inYear - (marchMonth * 153 + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = cycle * 400 + century * 100 + fours * 4 + yearOfFour
    return (month <= 2 ? year + 1 : year, month, day)
  }
}
