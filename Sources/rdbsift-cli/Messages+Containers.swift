// Messages about containers: what is wrong, the offset in the container, the bytes decompressed.

import RDBSift
import Storage

extension Messages {
  /// A file of a directory that is not read.
  static func text(_ file: SkippedFile) -> String {
    let reason =
      switch file.reason {
      case .noBackup: "is not a backup"
      case .appleDouble: "holds macOS metadata of another file"
      case .temporary: "is a temporary file of a server that was saving"
      case .sameFile: "is a link to a file that was already read"
      }
    return "\(spelled(file.path)) \(reason); skipped"
  }

  /// A container that is damaged or not supported.
  static func text(_ error: ContainerError, path: String) -> String {
    let names = error.layers.map(\.rawValue).reversed().joined(separator: " in ")
    let file = spelled(path)
    switch error.reason {
    case .severalMembers(let members):
      return
        "\(file): the archive contains \(Formatting.count(members.count)) backups; choose one with "
        + "--member: \(list(members))"
    case .noMember: return "\(file): the archive has no such member, or none that is a backup"
    case .noArchive: return "\(file): not an archive, so --member does not apply"
    case .tooLarge(let limit):
      return
        "\(file): \(names): decompresses to more than \(Formatting.count(limit, "byte", "bytes")); "
        + "raise --max-uncompressed if that is expected"
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
    return "\(byte) of the \(error.layers[error.layers.count - 2].rawValue) contents"
  }

  private static func unpacked(_ error: ContainerError) -> String {
    "\(Formatting.count(error.unpacked, "byte", "bytes")) decompressed before it"
  }

  private static func what(_ reason: ContainerError.Reason) -> String {
    switch reason {
    case .truncated: "unexpected end of data (truncated)"
    case .badHeader: "invalid header"
    case .corrupt: "corrupt compressed data"
    case .badChecksum(let stored, let computed):
      ChecksumWords.mismatch(stored, computed)
    case .badFrameChecksum: "checksum mismatch"
    case .badSize: "stored size does not match the data"
    case .unsupported(let form): "\(form), which is not supported"
    case .tooDeep: "containers nested too deeply"
    case .tooLarge, .noMember, .noArchive, .severalMembers: ""
    }
  }

  /// A remark about a container that is not an error.
  static func text(_ remark: InputRemark) -> String {
    switch remark {
    case .trailingBytes(.fullSync, let offset):
      "replication commands after the RDB file, from byte \(Formatting.count(offset)) of the "
        + "full-sync stream, are ignored"
    case .trailingBytes(let kind, let offset):
      "trailing data after the \(kind.rawValue) stream, from byte \(Formatting.count(offset)), is "
        + "ignored"
    case .unpackedBlocks(let count):
      "\(Formatting.count(count, "compressed block was", "compressed blocks were")) decompressed; "
        + "offsets refer to the decompressed file"
    case .joinedChunks(let count):
      "\(Formatting.count(count, "value was", "values were")) joined from chunks; offsets refer to the "
        + "joined file"
    case .payload(let key):
      "a DUMP payload, which has no key; read as an RDB file with the key \(spelled(key)), to which "
        + "offsets refer"
    case .textDamage(.lineEnds):
      "every line feed follows a carriage return: the file went through text mode (a terminal, or an "
        + "ASCII transfer); copy it again as binary"
    case .textDamage(.replacedBytes):
      "bytes were replaced by U+FFFD: a program took the file for text; copy it again as binary"
    }
  }

  /// Trailing data that somebody may want to read; nil for padding.
  static func text(_ tail: FileTail) -> String? {
    let count = Formatting.count(tail.count, "byte", "bytes")
    let place = "byte \(Formatting.count(tail.offset))"
    return switch tail.kind {
    case .commands: "\(count) of AOF commands after the RDB part, from \(place), are ignored"
    case .file:
      "another RDB file follows at byte \(Formatting.count(tail.fileOffset)) "
        + "(\(Formatting.count(tail.count - tail.lineEnds, "byte", "bytes"))) and is not read; to read "
        + "it: --skip \(tail.fileOffset), or --concatenated for all of them"
    case .lineEnd, .zeros, .other: nil
    }
  }

  /// What trailing data is.
  static func name(_ kind: FileTail.Kind) -> String {
    switch kind {
    case .commands: "AOF commands"
    case .file: "another RDB file"
    case .lineEnd: "a line end"
    case .zeros: "zeros"
    case .other: "unknown data"
    }
  }
}
