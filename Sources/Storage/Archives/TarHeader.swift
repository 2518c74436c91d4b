// The header of a tar member (POSIX ustar, with GNU extensions): 512 bytes.
//
//     0  name, 100        156  type             257  "ustar"
//   124  size, 12         157  link name, 100   345  name prefix, 155
//   148  checksum, 8
//
// Numbers are octal text, or base 256 if the first bit is set. The checksum is the sum of all
// bytes, with
// the checksum field itself taken as spaces.

/// The header of a member.
struct TarHeader {
  static let byteCount = 512

  var name: [UInt8]
  var size: Int
  var type: UInt8

  /// Whether the member is a regular file.
  var isFile: Bool { [0, UInt8(ascii: "0"), UInt8(ascii: "7")].contains(type) }

  /// Whether an archive starts with these bytes.
  static func begins(_ head: [UInt8]) -> Bool {
    head.count >= byteCount && head[0] != 0 && hasRightSum(head)
  }

  static func hasRightSum(_ block: [UInt8]) -> Bool {
    guard let stored = number(block[148..<156]) else { return false }
    // Some old programs summed signed bytes.
    let own = block[148..<156]
    let unsigned = block.reduce(0) { $0 + Int($1) } - own.reduce(0) { $0 + Int($1) } + 8 * 0x20
    let signed =
      block.reduce(0) { $0 + Int(Int8(bitPattern: $1)) }
      - own.reduce(0) { $0 + Int(Int8(bitPattern: $1)) } + 8 * 0x20
    return stored == unsigned || stored == signed
  }

  /// Parses a header; nil if its checksum or a number is wrong.
  init?(_ block: [UInt8]) {
    guard TarHeader.hasRightSum(block), let size = TarHeader.number(block[124..<136]), size >= 0
    else { return nil }
    self.size = size
    type = block[156]
    name = TarHeader.text(block[0..<100])
    if block[257..<263].elementsEqual(Array("ustar\0".utf8)), block[345] != 0 {
      name = TarHeader.text(block[345..<500]) + [UInt8(ascii: "/")] + name
    }
  }

  static func text(_ field: some Sequence<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// A numeric field; nil if it is not a number, or too large.
  static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      return field.dropFirst().reduce(0 as Int?) { sum, byte in
        guard let sum, sum <= Int.max >> 8 else { return nil }
        return sum << 8 | Int(byte)
      }
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    return digits.reduce(0 as Int?) { sum, byte in
      guard let sum, (0x30...0x37).contains(byte), sum <= Int.max >> 3 else { return nil }
      return sum << 3 | Int(byte - 0x30)
    }
  }
}
