// Messages about parts of files that were asked for.

import RDB
import RDBSift

extension Messages {
  /// A range that is not one of the file: what is different.
  static func text(_ wrong: WrongRange, path: String) -> String {
    let path = spelled(path)
    let split = "Take ranges from rdbsift split on this very file."
    guard let range = wrong.range, wrong.reason != .packed else {
      return "\(path) is packed and cannot be read from any place; unpack it, or read it as a whole"
    }
    switch wrong.reason {
    case .packed: return path
    case .size(let size):
      return
        "\(path) has \(Formatting.count(size, "byte", "bytes")), and the range is of a file with "
        + "\(Formatting.count(range.size)). \(split)"
    case .head: return "\(path) begins with other bytes than the file of the range. \(split)"
    case .start:
      return "\(path): no range can begin at byte \(Formatting.count(range.start.offset)) as it is "
        + "described. \(split)"
    case .end(let offset):
      return
        "\(path): the range ends at byte \(Formatting.count(range.end)), which is inside what ends "
        + "at byte \(Formatting.count(offset)). \(split)"
    case .keys(let keys):
      return "\(path): the range has \(Formatting.count(keys, "key", "keys")), not "
        + "\(Formatting.count(range.keys)). \(split)"
    }
  }
}
