// Calls one read of the reader's extension on bytes of a test.

import TestSupport

@testable import RDB

/// What one read returned, and where it left the cursor.
struct ReadResult<Value> {
  var value: Value
  var end: Int
}

/// Runs one read over bytes, from `start`.
func read<Value>(
  _ bytes: [UInt8], from start: Int = 0,
  _ body: (RawSpan, inout Int) throws(RDBError) -> Value
) throws(RDBError) -> ReadResult<Value> {
  try bytes.withRawSpan { (span) throws(RDBError) in
    var at = start
    let value = try body(span, &at)
    return ReadResult(value: value, end: at)
  }
}

/// How a read fails, or nil; a read that fails must leave the cursor alone.
func readFailure<Value>(
  _ bytes: [UInt8], _ body: (RawSpan, inout Int) throws(RDBError) -> Value
) -> (error: RDBError?, end: Int) {
  bytes.withRawSpan { span in
    var at = 0
    do throws(RDBError) {
      _ = try body(span, &at)
      return (nil, at)
    } catch {
      return (error, at)
    }
  }
}
