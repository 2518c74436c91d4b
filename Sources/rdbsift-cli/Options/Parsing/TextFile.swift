// Text files that options name. A byte order mark is no part of the text.

import Restore
import Storage

enum TextFile {
  /// The bytes of a file, or of standard input for `-`, without a byte order mark.
  /// - Throws: That it is UTF-16, or why it cannot be read.
  static func bytes(_ path: String) throws -> [UInt8] {
    let bytes = try WholeInput.bytes(of: path)
    guard !ByteOrderMark.isUTF16(bytes) else {
      throw Misuse("\(Messages.spelled(path)) is UTF-16; save it as UTF-8")
    }
    return Array(bytes.dropFirst(ByteOrderMark.count(in: bytes)))
  }
}
