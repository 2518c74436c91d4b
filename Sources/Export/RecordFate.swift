public import RDB

/// What is to become of a record, as exporters are told it: in eight bytes, so that the fates of a batch
/// lie side by side.
public struct RecordFate: Hashable, BitwiseCopyable, Sendable {
  /// Milliseconds since the epoch, but for the two lowest numbers.
  private var rawValue: Int64

  private init(rawValue: Int64) { self.rawValue = rawValue }

  /// It is not written.
  public static var leftOut: RecordFate { RecordFate(rawValue: .min) }

  /// It is written, with the deadline if there is one.
  ///
  /// A deadline in the first two milliseconds that 64 bits can tell is taken for the third.
  public static func written(until expiry: UnixMilliseconds?) -> RecordFate {
    guard let expiry else { return RecordFate(rawValue: .min + 1) }
    return RecordFate(rawValue: max(expiry.rawValue, .min + 2))
  }

  /// Whether it is written.
  @inline(__always)
  public var isWritten: Bool { rawValue != .min }

  /// The deadline to write, if any.
  @inline(__always)
  public var expiry: UnixMilliseconds? {
    rawValue > .min + 1 ? UnixMilliseconds(rawValue) : nil
  }
}
