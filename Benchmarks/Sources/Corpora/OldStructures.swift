// Packed structures of older servers, and the intset, which is of all times.

/// An intset: u32 width, u32 count, numbers, ascending and each once.
func intset(_ numbers: [Int]) -> [UInt8] {
  let sorted = Set(numbers).sorted()
  let least = sorted.first ?? 0
  let most = sorted.last ?? 0
  let width =
    least >= -32768 && most <= 32767
    ? 2 : least >= -2_147_483_648 && most <= 2_147_483_647 ? 4 : 8
  var bytes: [UInt8] = []
  bytes.append(littleEndian: width, bytes: 4)
  bytes.append(littleEndian: sorted.count, bytes: 4)
  for number in sorted { bytes.append(littleEndian: number, bytes: width) }
  return bytes
}

/// A zipmap: count, then a length and the bytes of each field, a length, a free byte and the bytes
/// of each value, FF.
///
/// Entries shorter than 254 bytes, fewer than 254 of them.
func zipmap(_ pairs: [(field: [UInt8], value: [UInt8])]) -> [UInt8] {
  var bytes: [UInt8] = [UInt8(pairs.count)]
  for pair in pairs {
    bytes.append(UInt8(pair.field.count))
    bytes.append(contentsOf: pair.field)
    bytes.append(UInt8(pair.value.count))
    bytes.append(0)
    bytes.append(contentsOf: pair.value)
  }
  bytes.append(0xff)
  return bytes
}

/// A ziplist: u32 total, u32 offset of the last entry, u16 count, entries, FF.
///
/// An entry is the size of the one before it, an encoding, and data. Fewer than 65535 entries, each
/// below 16 KiB.
func ziplist(_ entries: [[UInt8]]) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 10)
  var previous = 0
  var last = 10
  for entry in entries {
    last = bytes.count
    if previous < 254 {
      bytes.append(UInt8(previous))
    } else {
      bytes.append(0xfe)
      bytes.append(littleEndian: previous, bytes: 4)
    }
    appendZiplistEntry(entry, &bytes)
    previous = bytes.count - last
  }
  bytes.append(0xff)
  let counts = [bytes.count, last]
  for index in 0..<8 { bytes[index] = UInt8(counts[index / 4] >> (index % 4 * 8) & 0xff) }
  bytes[8] = UInt8(entries.count & 0xff)
  bytes[9] = UInt8(entries.count >> 8)
  return bytes
}

private func appendZiplistEntry(_ entry: [UInt8], _ bytes: inout [UInt8]) {
  guard let number = decimal(entry) else {
    if entry.count < 64 {
      bytes.append(UInt8(entry.count))
    } else {
      bytes.append(0x40 | UInt8(entry.count >> 8))
      bytes.append(UInt8(entry.count & 0xff))
    }
    bytes.append(contentsOf: entry)
    return
  }
  switch number {
  case 0...12: bytes.append(0xf1 + UInt8(number))
  case -128...127:
    bytes.append(0xfe)
    bytes.append(littleEndian: number, bytes: 1)
  case -32768...32767:
    bytes.append(0xc0)
    bytes.append(littleEndian: number, bytes: 2)
  case -8_388_608...8_388_607:
    bytes.append(0xf0)
    bytes.append(littleEndian: number, bytes: 3)
  case -2_147_483_648...2_147_483_647:
    bytes.append(0xd0)
    bytes.append(littleEndian: number, bytes: 4)
  default:
    bytes.append(0xe0)
    bytes.append(littleEndian: number, bytes: 8)
  }
}
