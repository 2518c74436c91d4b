// Arrays of bytes lent as spans, and spans copied into arrays.

import Foundation

extension [UInt8] {
  /// The UTF-8 bytes of a text.
  public init(text: String) { self = Array(text.utf8) }

  /// Bytes written as hexadecimal digits; spaces between them are for the eye.
  public init(hex: String) {
    let digits = hex.filter { $0 != " " }
    precondition(digits.count % 2 == 0)
    self = []
    var rest = Substring(digits)
    while let byte = UInt8(rest.prefix(2), radix: 16) {
      append(byte)
      rest = rest.dropFirst(2)
    }
    precondition(rest.isEmpty)
  }

  /// An integer, appended with its lowest byte first.
  public mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    for index in 0..<(T.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: value >> T(truncatingIfNeeded: index * 8)))
    }
  }

  /// An integer, appended with its highest byte first.
  public mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
    append(littleEndian: value.byteSwapped)
  }
}

/// The whole content of a file.
public func readFile(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Bytes that are ordered and compared at the speed of `memcmp`, also in a debug build.
public struct ByteString: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The bytes.
  public let bytes: [UInt8]

  /// Wraps bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether both hold the same bytes.
  public static func == (a: ByteString, b: ByteString) -> Bool {
    a.bytes.count == b.bytes.count && compare(a, b) == 0
  }

  /// Order of the bytes, the shorter first where one begins the other.
  public static func < (a: ByteString, b: ByteString) -> Bool {
    let order = compare(a, b)
    return order == 0 ? a.bytes.count < b.bytes.count : order < 0
  }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    // SAFETY: the hasher only reads the buffer, and keeps nothing of it.
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  /// The bytes as text, for failure messages.
  public var description: String {
    "\"" + String(decoding: bytes.prefix(80), as: UTF8.self) + "\" (\(bytes.count) bytes)"
  }

  private static func compare(_ a: ByteString, _ b: ByteString) -> Int32 {
    let common = min(a.bytes.count, b.bytes.count)
    guard common > 0 else { return 0 }
    // SAFETY: both arrays have `common` bytes, and memcmp reads no more.
    return unsafe a.bytes.withUnsafeBytes { left in
      unsafe b.bytes.withUnsafeBytes { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
        return unsafe memcmp(left, right, common)
      }
    }
  }
}
