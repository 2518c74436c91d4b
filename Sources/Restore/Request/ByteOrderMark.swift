/// What the first bytes of a text say about its encoding.
package enum ByteOrderMark {
  /// Bytes of a UTF-8 byte order mark at the beginning; 0 if there is none.
  package static func count(in bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// Whether a text is UTF-16: it has the mark, or its first characters are ASCII in two bytes each.
  package static func isUTF16(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) { return true }
    guard bytes.count >= 4 else { return false }
    return bytes[0] == 0 && bytes[2] == 0 && bytes[1] != 0 && bytes[3] != 0
      || bytes[1] == 0 && bytes[3] == 0 && bytes[0] != 0 && bytes[2] != 0
  }
}
