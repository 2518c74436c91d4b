/// Bytes as they are typed: `\\` is a backslash, `\xHH` a byte; `\n`, `\r` and `\t` are what they are in
/// the lines of `keys`.
public enum EscapedBytes {
  /// The bytes that a text stands for.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - spaces: Whether `\s` is a space, for texts whose ends may be trimmed.
  /// - Returns: The bytes; nil if a backslash is followed by anything else.
  public static func bytes(_ text: [UInt8], spaces: Bool = false) -> [UInt8]? {
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
        let digits = rest.prefix(2)
        // UInt8(_:radix:) would take a sign for a digit.
        guard digits.count == 2, let first = digits.first, first != 0x2b, first != 0x2d,
          let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }
}
