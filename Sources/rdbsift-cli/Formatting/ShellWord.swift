// Words of command lines that we print to be pasted. Names from files are hostile: a word must be one
// word for the shell, and no option for the program.

import Storage

enum ShellWord {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8
  )
  .union("_-./:,@%+=".utf8)

  /// Bytes as one word: as they are, in quotes, or with escapes in `$'…'`.
  static func quoted(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    if !bytes.isEmpty, bytes.allSatisfy(plain.contains), bytes[0] != UInt8(ascii: "=") {
      return String(decoding: bytes, as: UTF8.self)
    }
    // What a terminal shows as it is needs only quotes.
    let isPrintable =
      Formatting.key(bytes + [0x78]) == String(decoding: bytes + [0x78], as: UTF8.self)
    if isPrintable || isQuotable(bytes) {
      let text = String(decoding: bytes, as: UTF8.self)
      return "'"
        + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
        + "'"
    }
    return "$'" + bytes.map(escaped).joined() + "'"
  }

  /// The path of a file as one word that is no option.
  static func path(_ path: String) -> String {
    quoted((path.hasPrefix("-") && path != OpenedInput.standardInputName ? "./" + path : path).utf8)
  }

  /// Whether the bytes are printable ASCII.
  private static func isQuotable(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "'"): #"\'"#
    case UInt8(ascii: "\\"): #"\\"#
    case 0x20..<0x7f: String(UnicodeScalar(byte))
    default: "\\x" + Formatting.hex(byte, digits: 2)
    }
  }
}
