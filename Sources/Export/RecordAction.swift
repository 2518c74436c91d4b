package import RDB

/// The decision about a record as exporters read it: eight bytes, so that the actions of a batch
/// are contiguous.
package struct RecordAction: Hashable, BitwiseCopyable, Sendable {
  /// Milliseconds since the epoch; the two lowest values are reserved.
  private var rawValue: Int64

  private init(rawValue: Int64) { self.rawValue = rawValue }

  /// The record is not written.
  package static var leftOut: RecordAction { RecordAction(rawValue: .min) }

  /// The record is written, with an expiry if there is one.
  ///
  /// The first two of all 64-bit milliseconds are reserved, so such an expiry becomes the third.
  package static func written(until expiry: UnixMilliseconds?) -> RecordAction {
    guard let expiry else { return RecordAction(rawValue: .min + 1) }
    return RecordAction(rawValue: max(expiry.rawValue, .min + 2))
  }

  /// Whether the record is written.
  @inline(__always)
  package var isWritten: Bool { rawValue != .min }

  /// The expiry to write, if any.
  @inline(__always)
  package var expiry: UnixMilliseconds? {
    rawValue > .min + 1 ? UnixMilliseconds(rawValue) : nil
  }
}
