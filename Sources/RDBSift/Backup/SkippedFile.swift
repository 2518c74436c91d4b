// Files of a directory that are not read.

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
    let name = path.split(separator: "/").last ?? ""
    if name.hasPrefix("._") { return .appleDouble }
    let number = name.dropFirst(5).dropLast(4)
    let isTemporary =
      name.hasPrefix("temp-") && name.hasSuffix(".rdb") && !number.isEmpty
      && number.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    return isTemporary ? .temporary : nil
  }
}
