// A moment as people type it. The vendor's parameters allow two forms only (`UTCTime`); an option of
// ours takes these too, since none of them can be meant in two ways:
//
//   2026-11-24                     00:00:00 UTC
//   2026-11-24T08:00:00+08:00      an offset from UTC; seconds may be left out
//   1795478400  1795478400000      seconds (ten digits) and milliseconds (thirteen) since 1970

package import RDB

/// A moment, and whether it is in the vendor's form.
package struct TypedTime: Hashable, BitwiseCopyable, Sendable {
  /// The moment.
  package let instant: UnixMilliseconds
  /// Whether the vendor would read it too.
  package let isVendorForm: Bool

  /// Reads a moment; nil for any other form and for a day or an hour that does not exist.
  package init?(_ text: String) {
    if let time = UTCTime(text) {
      instant = time.instant
      isVendorForm = true
    } else if let other = TypedTime.number(text) ?? TypedTime.date(text) ?? TypedTime.offset(text) {
      instant = other
      isVendorForm = false
    } else {
      return nil
    }
  }

  /// The number of digits of a text that is a number but no time, since its unit is not known.
  package static func digitsWithoutUnit(_ text: String) -> Int? {
    let count = text.utf8.count
    guard isNumber(text), count != 10, count != 13 else { return nil }
    return count
  }

  private static func isNumber(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  private static func number(_ text: String) -> UnixMilliseconds? {
    guard isNumber(text), let number = Int64(text) else { return nil }
    switch text.utf8.count {
    case 10: return UnixMilliseconds(number * 1000)
    case 13: return UnixMilliseconds(number)
    default: return nil
    }
  }

  private static func date(_ text: String) -> UnixMilliseconds? {
    text.utf8.count == 10 ? UTCTime(text + "T00:00Z")?.instant : nil
  }

  /// A time with an offset: what is before it is read as UTC, and the offset is taken off.
  private static func offset(_ text: String) -> UnixMilliseconds? {
    let bytes = Array(text.utf8)
    guard bytes.count == 22 || bytes.count == 25, let sign = bytes.dropLast(5).last,
      sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      let local = UTCTime(String(text.dropLast(6)) + "Z"),
      let distance = UTCTime("1970-01-01T" + text.suffix(5) + "Z")
    else { return nil }
    let isEast = sign == UInt8(ascii: "+")
    let span = distance.instant.rawValue
    return UnixMilliseconds(local.instant.rawValue + (isEast ? -span : span))
  }
}
