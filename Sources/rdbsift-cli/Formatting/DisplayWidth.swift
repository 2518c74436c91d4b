// How many columns a text takes on a terminal, by its scalars: nothing for a mark that combines with
// what stands before it, two for East Asian wide characters and emoji, one for the rest. Terminals
// differ about the newest emoji; a column off in a table is the worst that comes of it.

enum DisplayWidth {
  /// The columns of a text.
  static func of(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  /// The columns of one scalar: 0, 1 or 2.
  static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7f ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
  }

  // The blocks that Unicode's East Asian Width calls wide or full-width, joined where what lies
  // between them is unassigned or wide as well.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f,  // Hangul Jamo
    0x231a...0x231b, 0x23e9...0x23ec, 0x25fd...0x25fe, 0x2614...0x2615, 0x2648...0x2653,
    0x26a1...0x26a1, 0x26bd...0x26be, 0x26c4...0x26c5, 0x26d4...0x26d4, 0x2705...0x2705,
    0x2728...0x2728, 0x274c...0x274c, 0x2753...0x2755, 0x2795...0x2797, 0x2b50...0x2b50,
    0x2e80...0x303e,  // radicals, CJK symbols
    0x3041...0x33ff,  // Hiragana to CJK compatibility
    0x3400...0x4dbf, 0x4e00...0x9fff,  // ideographs
    0xa000...0xa4cf,  // Yi
    0xa960...0xa97f, 0xac00...0xd7a3,  // Hangul
    0xf900...0xfaff, 0xfe30...0xfe6f,  // compatibility forms
    0xff00...0xff60, 0xffe0...0xffe6,  // full-width forms
    0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff, 0x1fa70...0x1faff,  // emoji
    0x20000...0x3fffd,  // more ideographs
  ]
}
