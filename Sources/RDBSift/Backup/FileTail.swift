// What stands behind the end of an RDB file in the same file. Servers ignore it, or it is why the RDB
// file is only the beginning: an append-only file of Redis 4.0 to 6.2 goes on with commands.

import RDB

/// Bytes behind the end of a file proper.
package struct FileTail: Hashable, Sendable {
  /// Bytes that tell what they are.
  static let headCount = 4

  /// Where they begin.
  package var offset: Int
  /// How many there are.
  package var count: Int
  /// Whether they are commands, or annotations of commands, as append-only files have them.
  package var isCommands: Bool

  /// Looks at what stands behind the end; nil if nothing does.
  init?(_ bytes: RawSpan, from offset: Int) {
    guard bytes.byteCount > offset else { return nil }
    let head = [UInt8](
      copying: bytes.extracting(offset..<min(offset + FileTail.headCount, bytes.byteCount)))
    self.offset = offset
    count = bytes.byteCount - offset
    isCommands = head.first == UInt8(ascii: "*") || head == Array("#TS:".utf8)
  }
}
