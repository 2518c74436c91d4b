package import RDB
import Restore

/// A moment in milliseconds since 1970-01-01 00:00:00 UTC, as servers store expiries.
public struct UnixTime: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970, negative before.
  public var milliseconds: Int64

  /// Makes a moment from milliseconds since 1970.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Makes a moment from text; nil for a form that is not listed, and for a day or an hour that does not exist.
  ///
  /// - Parameter text: `2026-11-20T10:00:00Z`, the same with an offset such as `+08:00`, or a date, which
  ///   begins in UTC; or ten digits, which are seconds since 1970, or thirteen, which are milliseconds.
  public init?(_ text: String) {
    guard let time = TypedTime(text) else { return nil }
    self.init(time.instant)
  }

  package init(_ time: UnixMilliseconds) { milliseconds = time.rawValue }

  /// The same for the layers below.
  package var instant: UnixMilliseconds { UnixMilliseconds(milliseconds) }

  /// Whether one moment is before another.
  public static func < (a: UnixTime, b: UnixTime) -> Bool { a.milliseconds < b.milliseconds }
}

extension UnixTime: CustomStringConvertible {
  /// The moment in UTC, as `2026-11-20T10:00:00Z`; milliseconds are shown if they are not zero.
  public var description: String { UTCTime(instant).description }
}
