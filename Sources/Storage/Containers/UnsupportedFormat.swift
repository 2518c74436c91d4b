// Files that are neither RDB files nor containers, recognised by their first bytes as far as backups are
// found in such forms. Pure: it looks at bytes that the caller has read.

/// What a file is that cannot be read, and what to do about it.
package struct UnsupportedFormat: Hashable, Sendable {
  /// The format as a noun phrase, such as `a bzip2 file`; nil if only `headerOffset` is known.
  package let name: String?
  /// What to do, such as `decompress it first with bzip2 -d`; nil if there is nothing to advise.
  package let remedy: String?
  /// The offset of an RDB header after the first byte; nil if there is none in the bytes.
  package let headerOffset: Int?

  /// Recognises a format; nil if it is unknown.
  ///
  /// - Parameters:
  ///   - head: The first bytes of the file; some hundred are enough.
  ///   - beginsFile: Whether an RDB file begins with bytes that begin like its header.
  package init?(_ head: [UInt8], beginsFile: (ArraySlice<UInt8>) -> Bool = { _ in true }) {
    headerOffset = UnsupportedFormat.headerOffset(in: head, beginsFile)
    let found = UnsupportedFormat.bySignature(head) ?? UnsupportedFormat.byText(head)
    guard found != nil || headerOffset != nil else { return nil }
    name = found?.name
    remedy = found?.remedy
  }

  /// One sentence part for messages: the name, the remedy, and where an RDB header was seen.
  package var description: String {
    let header = headerOffset.map { "an RDB header follows at byte \($0)" }
    return [name, remedy, header].compactMap { $0 }.joined(separator: "; ")
  }
}

extension UnsupportedFormat {
  struct Entry {
    var name: String
    var remedy: String?

    init(_ name: String, _ remedy: String? = nil) {
      self.name = name
      self.remedy = remedy
    }
  }

  /// Fixed first bytes, and the program that decompresses, extracts or decrypts.
  private static let signatures: [(bytes: [UInt8], entry: Entry)] = [
    (Array("BZh".utf8), Entry("a bzip2 file", "decompress it first with bzip2 -d")),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], Entry("an xz file", "decompress it first with xz -d")),
    (Array("LZIP".utf8), Entry("an lzip file", "decompress it first with lzip -d")),
    ([0x1f, 0x9d], Entry("a compress (.Z) file", "decompress it first with uncompress")),
    ([0x89, 0x4c, 0x5a, 0x4f, 0], Entry("an lzop file", "decompress it first with lzop -d")),
    (
      [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59],
      Entry("a Snappy file", "decompress it first with snzip -d")
    ),
    ([0x50, 0x4b, 3, 4], Entry("a zip archive", "extract it first with unzip")),
    ([0x50, 0x4b, 5, 6], Entry("an empty zip archive")),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], Entry("a 7z archive", "extract it first with 7z x")),
    (Array("Rar!\u{1a}\u{7}".utf8), Entry("a rar archive", "extract it first with unrar x")),
    (Array("Salted__".utf8), Entry("a file encrypted by openssl enc", "decrypt it first")),
    (Array("age-encryption.org/".utf8), Entry("a file encrypted by age", "decrypt it first")),
    (Array("-----BEGIN PGP MESSAGE".utf8), Entry("a PGP message", "decrypt it first with gpg -d")),
    (Array("SQLite format 3\0".utf8), Entry("a SQLite database")),
    ([0x7f, 0x45, 0x4c, 0x46], Entry("a program or library (ELF)")),
    (
      [0, 5, 0x16, 7],
      Entry("an AppleDouble file (metadata of another file)", "name the file without ._")
    ),
    ([0, 5, 0x16, 0], Entry("an AppleSingle file")),
    (
      Array("version https://git-lfs.github.com/spec/".utf8),
      Entry("a Git LFS pointer", "fetch the file itself with git lfs pull")
    ),
    (Array("HTTP/".utf8), Entry("an HTTP response including its headers")),
    (Array("#TS:".utf8), Entry("an append-only file")),
    (Array("-ERR ".utf8), errorReply), (Array("-NOAUTH ".utf8), errorReply),
    (Array("-NOPERM ".utf8), errorReply), (Array("-LOADING ".utf8), errorReply),
    (Array("-MASTERDOWN ".utf8), errorReply),
  ]

  private static let errorReply = Entry("an error reply of a server")

  private static func bySignature(_ head: [UInt8]) -> Entry? {
    signatures.first { head.starts(with: $0.bytes) }?.entry
  }

  /// Where `REDIS` and four digits, or `VALKEY` and three, stand after the first byte and begin a file.
  private static func headerOffset(
    in head: [UInt8], _ beginsFile: (ArraySlice<UInt8>) -> Bool
  ) -> Int? {
    head.indices.dropFirst().first { place in
      let rest = head[place...]
      for (magic, digits) in [("REDIS", 4), ("VALKEY", 3)] where rest.starts(with: magic.utf8) {
        let version = rest.dropFirst(magic.utf8.count).prefix(digits)
        if version.count == digits, version.allSatisfy(isDigit), beginsFile(rest) { return true }
      }
      return false
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
