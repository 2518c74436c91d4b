// Sentences about containers: what is wrong, and both places, in the container and in what came out.

import RDBSift
import Storage

extension Messages {
  /// A container that is damaged, or is not read.
  static func text(_ error: ContainerError, path: String) -> String {
    let names = error.layers.map(\.rawValue).reversed().joined(separator: " in ")
    let file = spelled(path)
    switch error.reason {
    case .severalMembers(let members):
      return
        "\(file): the archive has \(Formatting.count(members.count)) backups, one at a time is "
        + "read; choose with --member: \(list(members))"
    case .noMember: return "\(file): the archive has no such member, or none that is a backup"
    case .noArchive: return "\(file): is no archive, so that --member has nothing to choose from"
    case .tooLarge(let limit):
      return
        "\(file): \(names): it unpacks to more than \(Formatting.count(limit, "byte", "bytes")); "
        + "--max-uncompressed allows more, if that is no accident"
    default: return "\(file): \(names), \(place(error)): \(what(error.reason)); \(unpacked(error))"
    }
  }

  private static func list(_ names: [[UInt8]]) -> String {
    let shown = names.prefix(20).map { spelled($0) }.joined(separator: ", ")
    return names.count > 20 ? "\(shown), and \(Formatting.count(names.count - 20)) more" : shown
  }

  /// Where in the container: in the file, if nothing is around it.
  private static func place(_ error: ContainerError) -> String {
    let byte = "byte \(Formatting.count(error.offset))"
    guard error.layers.count > 1 else { return "\(byte) of the file" }
    return "\(byte) of what the \(error.layers[error.layers.count - 2].rawValue) holds"
  }

  private static func unpacked(_ error: ContainerError) -> String {
    "\(Formatting.count(error.unpacked, "byte", "bytes")) came out before it"
  }

  private static func what(_ reason: ContainerError.Reason) -> String {
    switch reason {
    case .truncated: "the data ends in the middle: it was cut"
    case .badHeader: "a header that makes no sense"
    case .corrupt: "compressed data that does not unpack"
    case .badChecksum(let stored, let computed):
      "the checksum is wrong: it says \(Formatting.hex(stored)), the bytes make "
        + Formatting.hex(computed)
    case .badFrameChecksum: "the checksum is wrong"
    case .badSize: "a size that is not that of the bytes"
    case .unsupported(let form): "\(form), which is not read"
    case .tooDeep: "containers in containers, deeper than is read"
    case .tooLarge, .noMember, .noArchive, .severalMembers: ""
    }
  }

  /// Something about a container that is no error.
  static func text(_ remark: InputRemark) -> String {
    switch remark {
    case .trailingBytes(.fullSync, let offset):
      "what follows the RDB file at byte \(Formatting.count(offset)) of the full-sync stream is not "
        + "read: the commands of a replication link"
    case .trailingBytes(let kind, let offset):
      "bytes that are no \(kind.rawValue) follow it at byte \(Formatting.count(offset)); they are "
        + "left out"
    case .unpackedBlocks(let count):
      "\(Formatting.count(count, "compressed block was", "compressed blocks were")) unpacked; offsets "
        + "are places in the result"
    }
  }

  /// What stands behind the RDB file.
  static func text(_ tail: FileTail) -> String {
    "\(Formatting.count(tail.count, "byte", "bytes")) of commands follow the RDB file at byte "
      + "\(Formatting.count(tail.offset)), as in an append-only file; they are not read"
  }
}
