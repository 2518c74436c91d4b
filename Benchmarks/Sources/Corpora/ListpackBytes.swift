// A listpack, built entry by entry: u32 total, u16 count, entries, FF. Numbers take the shortest
// form, as servers choose it; RDB/Codecs/Listpack.swift has the table.

/// The bytes of a listpack under construction.
struct ListpackBytes {
  private(set) var bytes: [UInt8] = [0, 0, 0, 0, 0, 0]
  private(set) var count = 0

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: repeatElement(0, count: 6))
    count = 0
  }

  /// A string, as a number where it is one in its only spelling.
  mutating func append(_ text: [UInt8]) {
    if let number = decimal(text) { return append(number) }
    let start = bytes.count
    if text.count < 64 {
      bytes.append(0x80 | UInt8(text.count))
    } else if text.count < 4096 {
      bytes.append(0xe0 | UInt8(text.count >> 8))
      bytes.append(UInt8(text.count & 0xff))
    } else {
      bytes.append(0xf0)
      bytes.append(littleEndian: text.count, bytes: 4)
    }
    bytes.append(contentsOf: text)
    appendBackLength(bytes.count - start)
  }

  mutating func append(_ text: String) { append(Array(text.utf8)) }

  mutating func append(_ value: Int) {
    let start = bytes.count
    switch value {
    case 0...127: bytes.append(UInt8(value))
    case -4096...4095:
      let bits = value < 0 ? value + 8192 : value
      bytes.append(0xc0 | UInt8(bits >> 8))
      bytes.append(UInt8(bits & 0xff))
    case -32768...32767: append(0xf1, value, 2)
    case -8_388_608...8_388_607: append(0xf2, value, 3)
    case -2_147_483_648...2_147_483_647: append(0xf3, value, 4)
    default: append(0xf4, value, 8)
    }
    appendBackLength(bytes.count - start)
  }

  private mutating func append(_ encoding: UInt8, _ value: Int, _ width: Int) {
    bytes.append(encoding)
    bytes.append(littleEndian: value, bytes: width)
  }

  /// The entry's size, seven bits a byte, written so that it can be read backwards.
  private mutating func appendBackLength(_ size: Int) {
    count += 1
    let width =
      size <= 127 ? 1 : size < 16383 ? 2 : size < 2_097_151 ? 3 : size < 268_435_455 ? 4 : 5
    for index in 0..<width {
      let part = UInt8(size >> ((width - 1 - index) * 7) & 0x7f)
      bytes.append(index == 0 ? part : part | 0x80)
    }
  }

  /// Puts the head and the end right.
  mutating func finish() {
    bytes.append(0xff)
    for index in 0..<4 { bytes[index] = UInt8(bytes.count >> (index * 8) & 0xff) }
    let counted = min(count, 65535)
    bytes[4] = UInt8(counted & 0xff)
    bytes[5] = UInt8(counted >> 8)
  }
}

/// The number that a text spells, if it is the only way to spell it.
func decimal(_ text: [UInt8]) -> Int? {
  guard let first = text.first, text.count <= 20, first == 0x2d || first < 0x3a else { return nil }
  let negative = first == 0x2d
  let digits = negative ? text[1...] : text[...]
  guard let lead = digits.first, digits.count <= 18 else { return nil }
  if lead == 0x30 { return digits.count == 1 && !negative ? 0 : nil }
  var value = 0
  for digit in digits {
    guard (0x30...0x39).contains(digit) else { return nil }
    value = value * 10 + Int(digit - 0x30)
  }
  return negative ? -value : value
}
