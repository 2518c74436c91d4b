// Bytes after the end of the RDB data. Servers ignore them, or the RDB data is the preamble of an
// append-only file (Redis 4.0 to 6.2) and commands follow.

import RDB

/// Trailing bytes after the RDB data.
package struct FileTail: Hashable, Sendable {
  /// Bytes needed to recognize their kind.
  static let headCount = 4

  /// The offset of the first byte.
  package var offset: Int
  /// The number of bytes.
  package var count: Int
  /// Whether they are commands or annotations of an append-only file.
  package var isCommands: Bool

  /// Examines the bytes from `offset` on; nil if there are none.
  init?(_ bytes: RawSpan, from offset: Int) {
    guard bytes.byteCount > offset else { return nil }
    let head = [UInt8](
      copying: bytes.extracting(offset..<min(offset + FileTail.headCount, bytes.byteCount)))
    self.offset = offset
    count = bytes.byteCount - offset
    isCommands = head.first == UInt8(ascii: "*") || head == Array("#TS:".utf8)
  }
}
