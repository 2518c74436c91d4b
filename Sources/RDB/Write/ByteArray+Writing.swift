// Writes the parts of RDB records and listpacks to an array of bytes.

extension [UInt8] {
  mutating func append(littleEndian number: UInt64) {
    for shift in 0..<8 { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
  }

  mutating func append(bigEndian number: UInt64) {
    for shift in (0..<8).reversed() {
      append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift)))
    }
  }

  mutating func append(length: UInt64) {
    if length < 64 {
      append(UInt8(length))
    } else {
      // Versions before 8 know no length of 64 bits.
      let isLong = length > UInt64(UInt32.max)
      append(isLong ? 0x81 : 0x80)
      for shift in (0..<(isLong ? 8 : 4)).reversed() {
        append(UInt8(truncatingIfNeeded: length >> UInt64(8 * shift)))
      }
    }
  }

  mutating func append(string: [UInt8]) {
    append(length: UInt64(string.count))
    self += string
  }

  mutating func append(score: Double) {
    guard score.isFinite else { return append(score < 0 ? 255 : 254) }
    let text = Array(score.description.utf8)
    append(UInt8(truncatingIfNeeded: text.count))  // two dozen characters at most
    self += text
  }

  mutating func append(_ id: StreamID) {
    append(bigEndian: id.ms)
    append(bigEndian: id.seq)
  }

  // MARK: Listpack entries

  mutating func appendEntry(_ number: Int) {
    if number < 128 {
      self += [UInt8(number), 1]
    } else {
      append(0xf3)
      for shift in 0..<4 { append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
      append(5)
    }
  }

  mutating func appendEntry(_ text: [UInt8]) {
    let start = count
    switch text.count {
    case ..<64: append(0x80 | UInt8(text.count))
    case ..<4096: self += [0xe0 | UInt8(text.count >> 8), UInt8(text.count & 0xff)]
    default:
      append(0xf0)
      for shift in 0..<4 { append(UInt8(truncatingIfNeeded: text.count >> (8 * shift))) }
    }
    self += text
    appendBackLength(count - start)
  }

  /// The size of an entry: seven bits a byte, the highest first, all but the first marked.
  private mutating func appendBackLength(_ size: Int) {
    let more = [127, 16_382, 2_097_150, 268_435_454].count { size > $0 }
    for index in (0...more).reversed() {
      append(UInt8(size >> (7 * index) & 0x7f) | (index == more ? 0 : 0x80))
    }
  }
}
