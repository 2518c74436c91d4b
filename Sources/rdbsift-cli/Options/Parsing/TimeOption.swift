// Times as options take them: the vendor's form, and a few that people type. What was read is shown
// wherever another form than the vendor's was typed.

import RDB
import Restore

enum TimeOption {
  /// What times an option takes.
  static let forms =
    "a UTC time such as 2026-11-24T10:00:00Z, a date, a time with an offset such as "
    + "2026-11-24T18:00:00+08:00, or ten digits (seconds) or thirteen (milliseconds) since 1970"

  /// Reads the time of an option, and shows it if it was typed in another form than the vendor's.
  /// - Throws: That the text is no time.
  static func moment(_ option: String, _ text: String) throws -> TypedTime {
    guard let time = TypedTime(text) else {
      if let count = TypedTime.digitsWithoutUnit(text) {
        throw Misuse(
          "--\(option) \(text): a number of \(Formatting.count(UInt64(count), "digit", "digits")) "
            + "is not a time; seconds since 1970 have ten digits, milliseconds thirteen")
      }
      throw Misuse("--\(option) takes \(forms); it was \(Messages.spelled(text))")
    }
    if !time.isVendorForm { show(option, text, Formatting.instant(time.instant)) }
    return time
  }

  /// Shows a range of expiries if one of its ends was typed in another form than the vendor's.
  static func echo(_ option: String, _ text: String, _ range: ExpiryRange) {
    guard case .between(let bounds) = range, ExpiryRange.hasOtherForm(text) else { return }
    func end(_ bound: Int64) -> String {
      bound == .min || bound == .max ? "" : Formatting.instant(UnixMilliseconds(bound))
    }
    show(option, text, "\(end(bounds.lower))..\(end(bounds.upper))")
  }

  private static func show(_ option: String, _ text: String, _ meaning: String) {
    Console().tell(line: "note: --\(option) \(Messages.spelled(text)) is \(meaning)")
  }
}
