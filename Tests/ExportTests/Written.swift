// What writers write, as bytes a test can compare.

import TestSupport

@testable import Export
@testable import RDB

/// What `body` appends to a buffer.
func written(_ body: (inout OutputBuffer) throws -> Void) rethrows -> [UInt8] {
  var buffer = OutputBuffer(capacity: 0)
  try body(&buffer)
  return buffer.withBytes { [UInt8](copying: $0) }
}

/// The same as text.
func writtenText(_ body: (inout OutputBuffer) throws -> Void) rethrows -> String {
  String(decoding: try written(body), as: UTF8.self)
}

extension [UInt8] {
  /// The place of all of it.
  var whole: ByteRange { ByteRange(offset: 0, count: count) }
}

/// What `body` makes of bytes that stand in the middle of others, where a copy could take too much.
func surrounded(
  _ bytes: [UInt8], by count: Int = 40,
  _ body: (inout OutputBuffer, ByteRange, RawSpan) -> Void
) -> [UInt8] {
  let around = [UInt8](repeating: 0xee, count: count)
  return (around + bytes + around).withRawSpan { span in
    written { body(&$0, ByteRange(offset: count, count: bytes.count), span) }
  }
}
