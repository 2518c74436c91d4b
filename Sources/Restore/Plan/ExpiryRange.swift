// Which expiries a range selects, as it is typed.

package import RDB

/// Which expiries are asked for.
package enum ExpiryRange: Hashable, BitwiseCopyable, Sendable {
  /// Of keys that never expire.
  case none
  /// Any expiry, but there is one.
  case any
  /// An expiry in a range of milliseconds.
  case between(NumberRange)

  /// Reads `none`, `any`, or a range whose ends are times, or spans before or after now such as `+2h`
  /// and `-1d`.
  package init(_ text: String, now: UnixMilliseconds) throws(RangeError) {
    switch text {
    case "none": self = .none
    case "any": self = .any
    default:
      self = .between(try NumberRange(text) { ExpiryRange.moment($0, now: now) })
    }
  }

  /// Whether an end of a range is a time in a form that the vendor does not read.
  package static func hasOtherForm(_ text: String) -> Bool {
    var hasOther = false
    _ = try? NumberRange(text) { end in
      let time = TypedTime(String(end))
      if let time, !time.isVendorForm { hasOther = true }
      return time?.instant.rawValue
    }
    return hasOther
  }

  /// Whether a key with this expiry is asked for.
  package func contains(_ expiry: UnixMilliseconds?) -> Bool {
    switch self {
    case .none: expiry == nil
    case .any: expiry != nil
    case .between(let range): expiry.map { range.contains($0.rawValue) } ?? false
    }
  }

  private static func moment(_ text: Substring, now: UnixMilliseconds) -> Int64? {
    guard let sign = text.first, sign == "+" || sign == "-" else {
      return text == "now" ? now.rawValue : TypedTime(String(text))?.instant.rawValue
    }
    guard let seconds = NumberRange.scaled(text.dropFirst(), NumberRange.timeUnits) else {
      return nil
    }
    let (span, wide) = seconds.multipliedReportingOverflow(by: sign == "-" ? -1000 : 1000)
    let (moment, far) = now.rawValue.addingReportingOverflow(span)
    return wide || far ? nil : moment
  }
}
