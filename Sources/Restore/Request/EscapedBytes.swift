/// Backslash escapes in typed text: `\\`, `\xHH`, `\n`, `\r` and `\t`, as in the lines of `keys`.
package enum EscapedBytes {
  /// Decodes escapes.
  ///
  /// - Parameters:
  ///   - text: The text as typed.
  ///   - spaces: Whether `\s` is a space, for texts whose ends may be trimmed.
  /// - Returns: The bytes; nil if a backslash starts no known escape.
  package static func bytes(_ text: [UInt8], spaces: Bool = false) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "s") where spaces: bytes.append(0x20)
      case UInt8(ascii: "x"):
        guard let value = rest.takeHexadecimal(2) else { return nil }
        bytes.append(UInt8(truncatingIfNeeded: value))
      default: return nil
      }
    }
    return bytes
  }
}

extension ArraySlice<UInt8> {
  /// Consumes `count` hexadecimal digits; nil if any byte is not one.
  mutating func takeHexadecimal(_ count: Int) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let byte = popFirst(),
        let digit = Character(UnicodeScalar(byte)).hexDigitValue
      else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// The bytes without white space at both ends.
  var trimmed: ArraySlice<UInt8> {
    var rest = self
    while let byte = rest.first, byte <= 0x20 { rest = rest.dropFirst() }
    while let byte = rest.last, byte <= 0x20 { rest = rest.dropLast() }
    return rest
  }
}
