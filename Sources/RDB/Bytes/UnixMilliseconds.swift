/// An instant: milliseconds since 1970-01-01T00:00:00Z, signed, as RDB files hold it.
public struct UnixMilliseconds: Hashable, Comparable, BitwiseCopyable, Sendable {
  /// Milliseconds since the epoch.
  public var rawValue: Int64

  /// Makes an instant from milliseconds since the epoch.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// The earlier instant is the smaller.
  public static func < (a: UnixMilliseconds, b: UnixMilliseconds) -> Bool {
    a.rawValue < b.rawValue
  }
}
