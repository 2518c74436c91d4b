// Keys and other bytes from a file as text for a terminal. A key may hold escape sequences, characters
// that reverse the line, or half a character; all of these are escaped.
//
//   user:1                  as it is
//   café                    as it is: printable UTF-8
//   "\x00abc"               a control character, and so in quotes
//   "say \"hi\" C:\\"       a quote or a backslash, and so in quotes
//   ""                      the empty key
//   "\xE2\x80\xAE"          U+202E reverses text; its bytes are shown
//
// A text in quotes is always escaped and one without never is, so two keys never look the same.

extension Formatting {
  /// The bytes as one printable text.
  static func key(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    if isPlain(bytes) { return String(decoding: bytes, as: UTF8.self) }
    var decoder = UTF8Pieces(bytes)
    var text = ""
    var isPlain = true
    while let piece = decoder.next() {
      if let scalar = piece.scalar, isPrintable(scalar) {
        if scalar == "\"" || scalar == "\\" {
          isPlain = false
          text.unicodeScalars.append("\\")
        }
        text.unicodeScalars.append(scalar)
      } else {
        isPlain = false
        for byte in piece.bytes { text += escaped(byte) }
      }
    }
    // Spaces at an end and the empty key are invisible without quotes.
    isPlain = isPlain && !text.isEmpty && text.first != " " && text.last != " "
    return isPlain ? text : "\"\(text)\""
  }

  /// The same, cut to a number of columns with `…`.
  static func key(_ bytes: some Sequence<UInt8>, width: Int) -> String {
    // Most columns show at most four bytes, so the rest of a long key is not read. Marks that
    // take no column could need more; such a key is cut earlier, with `…` too.
    let most = min(max(0, width), 1 << 30) * 4 + 4
    let beginning = Array(bytes.prefix(most + 1))
    guard beginning.count > most else { return truncated(key(beginning), to: width) }
    return truncated(key(beginning.prefix(most)) + "…", to: width)
  }

  /// Whether the bytes are printable ASCII that needs no quotes, as most keys are.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, first != 0x20, bytes.last != 0x20 else { return false }
    return bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }
  }

  private static func escaped(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
  }

  // Combining marks stay, since many scripts need them; what is invisible or moves text is escaped.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: false
    case .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: scalar == " "
    default: !scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}

/// Bytes taken apart into whole UTF-8 scalars and single bytes that are none.
private struct UTF8Pieces {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func next() -> (bytes: ArraySlice<UInt8>, scalar: Unicode.Scalar?)? {
    guard at < bytes.count else { return nil }
    let count = Self.length(bytes[at])
    let piece = bytes[at..<min(at + count, bytes.count)]
    // The decoder refuses overlong forms, surrogates and what lies beyond U+10FFFF.
    if let text = String(validating: piece, as: UTF8.self), text.unicodeScalars.count == 1 {
      at += piece.count
      return (piece, text.unicodeScalars.first)
    }
    at += 1
    return (piece.prefix(1), nil)
  }

  private static func length(_ first: UInt8) -> Int {
    switch first {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: 1
    }
  }
}
