// Numbers, moments and spans of time, spelled for people. What a program reads is spelled elsewhere.

enum HumanText {
  private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  /// A size in bytes: `812 B`, `1.5 MiB`, `87 GiB`.
  static func size(_ bytes: Int) -> String {
    var value = bytes.magnitude
    let sign = bytes < 0 ? "-" : ""
    guard value >= 1024 else { return "\(sign)\(value) B" }
    var unit = 0
    // Tenths, rounded: 1023.96 KiB is 1.0 MiB. No unit is needed beyond EiB: 2^63 bytes are 8 of it.
    while value >= 1024 * 1024 - 52 {
      value >>= 10
      unit += 1
    }
    let tenths = (value * 10 + 512) / 1024
    let text = tenths < 1000 ? "\(tenths / 10).\(tenths % 10)" : "\((value + 512) / 1024)"
    return "\(sign)\(text) \(units[unit])"
  }

  /// A count, with a comma between thousands: `1,234,567`.
  static func count(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A count and its noun: `1 key`, `2,000 keys`.
  static func count(_ number: some BinaryInteger, _ one: String, _ many: String) -> String {
    "\(count(number)) \(number == 1 ? one : many)"
  }

  /// A count of elements of which some keys were not asked: `≥ 7`, or `?` where none was.
  static func elements(_ number: UInt64, uncounted keys: UInt64) -> String {
    guard keys > 0 else { return count(number) }
    return number == 0 ? "?" : "≥ " + count(number)
  }

  /// A moment in UTC: `2026-11-24 10:00:00.123Z`, without the fraction if it is zero.
  ///
  /// A deadline in a file may be any 64-bit number; a year of more than four digits is spelled out.
  static func instant(milliseconds: Int64) -> String {
    let (date, inDay) = date(milliseconds: milliseconds)
    let (seconds, fraction) = inDay.quotientAndRemainder(dividingBy: 1000)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    let year = date.year < 0 ? "-" + padded(-date.year, 4) : padded(date.year, 4)
    let day = "\(year)-\(padded(date.month, 2))-\(padded(date.day, 2))"
    let tail = fraction == 0 ? "Z" : ".\(padded(fraction, 3))Z"
    return "\(day) \(clock.joined(separator: ":"))\(tail)"
  }

  /// A span of time in its two greatest units: `3 d 4 h`, `12 min`, `1.5 s`, `250 ms`.
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

  /// The text, or its beginning and `…` where it is wider than so many columns.
  static func truncated(_ text: String, to width: Int) -> String {
    guard DisplayWidth.of(text) > width else { return text }
    guard width > 0 else { return "" }
    var used = 1  // the ellipsis
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      used += DisplayWidth.of(scalar)
      if used > width { break }
      kept.append(scalar)
    }
    return String(kept) + "…"
  }
}

// MARK: - The calendar

extension HumanText {
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
