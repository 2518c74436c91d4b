// Ten-line readers of what the program writes, so that the tests read it back and not just look.

import TestSupport

/// A field of a tab-separated line.
enum EscapedText {
  static func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch next {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "x"):
        bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      default: bytes.append(next)
      }
    }
    return bytes
  }
}

/// Comma-separated rows (RFC 4180), with line breaks inside quotes.
enum CSVText {
  static func rows(_ bytes: [UInt8]) -> [[[UInt8]]] {
    var rows: [[[UInt8]]] = [[[]]]
    var isQuoted = false
    var previous: UInt8?
    func append(_ byte: UInt8) {
      rows[rows.count - 1][rows[rows.count - 1].count - 1].append(byte)
    }
    for byte in bytes {
      switch byte {
      case 0x22:
        isQuoted.toggle()
        // Two quotes inside quotes are one: the second turns quoting on again, and is kept.
        if isQuoted, previous == 0x22 { append(0x22) }
      case 0x2c where !isQuoted: rows[rows.count - 1].append([])
      case 0x0a where !isQuoted: rows.append([[]])
      default: append(byte)
      }
      previous = byte
    }
    rows.removeLast()
    return rows
  }
}

/// Commands of the Redis protocol.
enum RESPText {
  struct Malformed: Error { let offset: Int }

  /// How many commands there are; throws unless the last one ends where the bytes do.
  static func commands(_ bytes: [UInt8]) throws -> Int {
    var at = 0
    var count = 0
    while at < bytes.count {
      for _ in 0..<(try number(0x2a, bytes, &at)) {
        let length = try number(0x24, bytes, &at)
        at += length
        guard at + 2 <= bytes.count, bytes[at] == 13, bytes[at + 1] == 10 else {
          throw Malformed(offset: at)
        }
        at += 2
      }
      count += 1
    }
    return count
  }

  private static func number(_ mark: UInt8, _ bytes: [UInt8], _ at: inout Int) throws -> Int {
    guard let end = bytes[at...].firstIndex(of: 13), bytes[at] == mark, end + 1 < bytes.count,
      let number = Int(String(decoding: bytes[(at + 1)..<end], as: UTF8.self)), number >= 0
    else { throw Malformed(offset: at) }
    at = end + 2
    return number
  }
}
