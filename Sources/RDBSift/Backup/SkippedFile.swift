// Files of a directory or an archive that are not read.

import Storage

/// A file of a directory that is not read.
package struct SkippedFile: Hashable, Sendable {
  /// Why it is not read.
  package enum Reason: Hashable, Sendable {
    /// It is not a backup.
    case noBackup
    /// It holds metadata of macOS about another file (`._dump.rdb`).
    case appleDouble
    /// A server was writing it (`temp-123.rdb`).
    case temporary
    /// It is the same file as one before: a link.
    case sameFile
  }

  /// The path.
  package let path: String
  /// Why it is not read.
  package let reason: Reason

  /// The reason that the name of a file shows, if any.
  static func reason(for path: String) -> Reason? {
    guard BackupName.isLeftover(Array(path.utf8)) else { return nil }
    let name = path.split(separator: "/").last ?? ""
    return name.hasPrefix("._") ? .appleDouble : .temporary
  }

  /// The leftovers in an archive.
  static func leftovers(_ names: [[UInt8]], of archive: String) -> [SkippedFile] {
    names.map { name in
      let path = "\(archive):" + String(decoding: name, as: UTF8.self)
      return SkippedFile(path: path, reason: reason(for: path) ?? .temporary)
    }
  }
}
