// Numbers and short texts for people, each formatted in one place. Pure functions: no locale, no clock.

/// Values as people read them.
enum Formatting {
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

  /// A count in a limited number of columns: in thousands, millions and so on if it is longer.
  static func count(_ number: UInt64, width: Int) -> String {
    var (text, rest) = (count(number), number)
    for unit in ["k", "M", "G", "T", "P", "E"] where text.utf8.count > width {
      rest /= 1000
      text = "\(count(rest)) \(unit)"
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

  /// A part of 1 in hundredths of a percent, rounded down so that a part is never 100 %.
  static func percent(_ share: Double) -> String {
    let hundredths = Int(share * 10_000)
    let digits = String(hundredths % 100)
    return "\(hundredths / 100).\(digits.count == 1 ? "0" : "")\(digits) %"
  }

  /// A number in lowercase hexadecimal digits, at least so many, padded with zeros.
  static func hex(_ number: some BinaryInteger, digits count: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }

  /// A number of a fixed width in all its hexadecimal digits.
  static func hex<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) -> String {
    hex(number, digits: Number.bitWidth / 4)
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
