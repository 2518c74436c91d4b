// What a file is that is no RDB file, by its first bytes, as far as backups are found in such forms.

/// A kind of file that is not read, and what to do about it.
enum ForeignFile: String {
  case zstd = "a Zstandard archive; unpack it first, with zstd -d"
  case appendOnly = "an append-only file or other commands of the Redis protocol"
  case manifest = "the manifest of append-only files; the backup is the file it calls type b"
  case sqlite = "a SQLite database"

  private static let beginnings: [(ForeignFile, [UInt8])] = [
    (.zstd, [0x28, 0xb5, 0x2f, 0xfd]),
    (.appendOnly, Array("*".utf8)), (.appendOnly, Array("#TS:".utf8)),
    (.manifest, Array("file ".utf8)), (.sqlite, Array("SQLite format 3".utf8)),
  ]

  /// Looks at the first bytes of a file; nil if they tell nothing.
  init?(_ head: [UInt8]) {
    guard let found = ForeignFile.beginnings.first(where: { head.starts(with: $0.1) }) else {
      return nil
    }
    self = found.0
  }
}
