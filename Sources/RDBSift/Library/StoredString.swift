import RDB

/// A key, or a string of a value: bytes, which need not be text.
///
/// Servers store any bytes. ``text`` is the string if the bytes are UTF-8, and ``description`` shows any bytes
/// so that a terminal or a log can take them.
public struct StoredString: Hashable, Sendable {
  /// The bytes.
  public let bytes: [UInt8]

  /// Makes a string of bytes.
  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Makes a string of a copy of borrowed bytes.
  public init(copying span: RawSpan) { bytes = Array(copying: span) }

  /// The bytes as text; nil if they are not valid UTF-8.
  public var text: String? { String(validating: bytes, as: UTF8.self) }

  /// Lends the bytes for one call, without a copy.
  ///
  /// - Parameter body: Reads the bytes; its error, of any type, passes through.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withRawSpan(body)
  }
}

extension StoredString: RandomAccessCollection {
  /// The position of the first byte: 0.
  public var startIndex: Int { 0 }
  /// The position after the last byte.
  public var endIndex: Int { bytes.count }
  /// The byte at a position.
  public subscript(position: Int) -> UInt8 { bytes[position] }
}

extension StoredString: Comparable {
  /// The order of the bytes, as `SORT ... ALPHA` and sorted sets have it.
  public static func < (a: StoredString, b: StoredString) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }
}

extension StoredString: ExpressibleByStringLiteral {
  /// Makes a string of the UTF-8 bytes of a literal.
  public init(stringLiteral text: String) { self.init(text.utf8) }
}

extension StoredString: CustomStringConvertible {
  /// The text; a backslash, a control character and a byte that is not UTF-8 are escaped (`\\`, `\x1B`).
  public var description: String {
    guard let text else { return bytes.map { StoredString.shown($0) }.joined() }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if StoredString.isPrintable(scalar) {
        shown.append(scalar)
      } else {
        for byte in String(scalar).utf8 {
          shown.append(contentsOf: StoredString.shown(byte).unicodeScalars)
        }
      }
    }
    return String(shown)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\\" { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator,
      .paragraphSeparator:
      return false
    default: return true
    }
  }

  private static func shown(_ byte: UInt8) -> String {
    if byte == 0x5c { return "\\\\" }
    if byte >= 0x20, byte < 0x7f { return String(Unicode.Scalar(byte)) }
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
  }
}
