// The parts of sparse arrays and cron jobs, as a walk passes them.

/// A part of a sparse array (Redis 8.8): the insert index first, then elements by ascending index.
public enum ArrayPart: Hashable, BitwiseCopyable, Sendable {
  /// Where ARINSERT wrote last; nil if it never did.
  case insertIndex(UInt64?)
  /// An element that is a string or an integer.
  case string(StringObject, at: UInt64)
  /// An element that is a floating-point number; `arrayText(of:)` is what a client reads.
  case double(Double, at: UInt64)

  /// The text of an element that is a floating-point number: the shortest that reads back, distinguished
  /// from an integer by a `.` or an `e`.
  package static func arrayText(of number: Double) -> String {
    guard number.isFinite else {
      return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
    }
    return number.description
  }
}

/// A part of a cron job of KeyDB: the job first, then its keys, then its arguments.
public enum CronPart: Hashable, BitwiseCopyable, Sendable {
  /// A Lua script, when it runs first, and milliseconds between two runs.
  case job(script: StringObject, start: UnixMilliseconds, interval: Int64)
  /// A key that the script is called with.
  case key(StringObject)
  /// An argument that the script is called with.
  case argument(StringObject)
}
