// A listpack.
//
//   u32 LE total bytes (all of it), u16 LE count (65535 = count it yourself), entries, FF
//
// Entry: encoding, data, and the size of both written backwards (the back length):
//
//   0xxxxxxx            0 to 127
//   10xxxxxx            string, 6-bit length
//   110xxxxx y          13-bit number, two's complement, high bits first
//   1110xxxx y          string, 12-bit length, high bits first
//   F0 u32 LE           string
//   F1 F2 F3 F4         int16, int24, int32, int64, little-endian
//
// The back length takes 1 byte up to 127, 2 up to 16382, 3 up to 2097150, 4 up to 268435454, else 5:
// servers step to the next width one number before the bits are full, and skip by the same rule.

/// Reads the entries of a listpack from front to back.
///
/// Holds offsets only.
struct Listpack: PackedStructure {
  static var damage: RDBError.Reason { .badListpack }

  /// The offset of the next entry.
  private(set) var at: Int
  private var remaining: Int
  private let counted: Bool

  /// Opens a listpack that must fill `blob` to its last byte.
  init(opening blob: RawSpan) throws(RDBError) {
    var at = 0
    try Listpack.readTotal(of: blob, atLeast: 7, &at)
    let count = try blob.read(&at, littleEndian: UInt16.self)
    self.at = at
    remaining = Int(count)
    counted = count != 65535
  }

  var count: Int? { counted ? remaining : nil }

  static func count(head: UInt128) -> Int? {
    let count = Int(head >> 32 & 0xffff)
    return count == 65535 ? nil : count
  }

  @inline(__always)
  mutating func nextPlain(in blob: RawSpan, checked: Bool) -> StringObject? {
    // Bytes up to the end mark, which every entry and its back length must leave alone.
    let room = blob.byteCount &- 1 &- at
    guard room >= 2, !counted || remaining > 0 else { return nil }
    let first = Int(blob.byte(at: at))
    let entry: StringObject
    let size: Int
    if first < 0x80 {
      entry = .integer(Int64(first))
      size = 2
    } else if first < 0xc0 {
      let length = first & 0x3f
      entry = .raw(ByteRange(offset: at &+ 1, count: length))
      size = length &+ 2
    } else {
      guard room >= 10, let long = plainLong(first, in: blob) else { return nil }
      (entry, size) = long
    }
    guard size <= room else { return nil }
    if checked {
      // A back length of one byte; others are rare.
      guard size <= 128, Int(blob.byte(at: at &+ size &- 1)) == size &- 1 else { return nil }
    }
    at &+= size
    remaining &-= 1  // of no meaning where entries are not counted
    return entry
  }

  /// An entry of more than one byte of encoding and length, with its size and that of its back length;
  /// ten bytes are known to be there.
  @inline(__always)
  private func plainLong(_ first: Int, in blob: RawSpan) -> (StringObject, size: Int)? {
    let word = blob.number(at: at &+ 1, as: UInt64.self)
    let low = Int(word & 0xff)
    if first >= 0xf1, first <= 0xf4 {
      let width = first == 0xf4 ? 8 : first &- 0xef
      let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* width)
      return (.integer(Int64(bitPattern: word &<< shift) &>> Int64(shift)), width &+ 2)
    }
    if first < 0xe0 {
      return (.integer((Int64((first & 0x1f) << 8 | low) &<< 51) &>> 51), 3)
    }
    guard first < 0xf0 else { return nil }
    let length = (first & 0x0f) << 8 | low
    let size = length &+ 2
    return (
      .raw(ByteRange(offset: at &+ 2, count: length)), size &+ Listpack.backLengthWidth(size)
    )
  }

  @inline(__always)
  mutating func next(in blob: RawSpan, checked: Bool) throws(RDBError) -> StringObject? {
    let start = at
    let first = try blob.readByte(&at)
    let entry: StringObject
    var size = 1
    if first < 0x80 {
      entry = .integer(Int64(first))
    } else if first < 0xc0 {
      let length = Int(first & 0x3f)
      entry = try take(length, in: blob)
      size &+= length
    } else if first == 0xff {
      try end(at: start, in: blob)
      return nil
    } else {
      entry = try nextLong(first, in: blob, size: &size)
    }
    try skipBackLength(of: size, from: start, in: blob, checked: checked)
    if counted {
      guard remaining > 0 else { throw RDBError(.badListpack, .count, at: start) }
      remaining &-= 1
    }
    return entry
  }

  @inline(never)
  private mutating func nextLong(
    _ first: UInt8, in blob: RawSpan, size: inout Int
  ) throws(RDBError) -> StringObject {
    switch first {
    case 0xc0...0xdf:
      let value = Int16(first & 0x1f) << 8 | Int16(try blob.readByte(&at))
      size = 2
      return .integer(Int64(value >= 4096 ? value - 8192 : value))
    case 0xe0...0xef:
      let length = Int(first & 0x0f) << 8 | Int(try blob.readByte(&at))
      size = 2 + length
      return try take(length, in: blob)
    case 0xf0:
      let length = Int(try blob.read(&at, littleEndian: UInt32.self))
      size = 5 + length
      return try take(length, in: blob)
    case 0xf1:
      size = 3
      return .integer(Int64(try blob.read(&at, littleEndian: Int16.self)))
    case 0xf2:
      size = 4
      return .integer(try blob.readInt24(&at))
    case 0xf3:
      size = 5
      return .integer(Int64(try blob.read(&at, littleEndian: Int32.self)))
    case 0xf4:
      size = 9
      return .integer(try blob.read(&at, littleEndian: Int64.self))
    default: throw RDBError(.badListpack, .entry, at: at &- 1, number: UInt64(first))
    }
  }

  @inline(__always)
  private mutating func take(_ length: Int, in blob: RawSpan) throws(RDBError) -> StringObject {
    // at <= byteCount; the entry must leave room for its back length and the end.
    guard length < blob.byteCount &- at else {
      throw RDBError(.badListpack, .entry, at: at, number: UInt64(length))
    }
    defer { at &+= length }
    return .raw(ByteRange(offset: at, count: length))
  }

  @inline(__always)
  private mutating func skipBackLength(
    of size: Int, from start: Int, in blob: RawSpan, checked: Bool
  ) throws(RDBError) {
    let width = size <= 127 ? 1 : Listpack.backLengthWidth(size)
    guard width < blob.byteCount &- at else { throw RDBError(.badListpack, .link, at: at) }
    if checked { try checkBackLength(size, width: width, in: blob) }
    at &+= width
  }

  private static func backLengthWidth(_ size: Int) -> Int {
    size <= 127 ? 1 : size < 16383 ? 2 : size < 2_097_151 ? 3 : size < 268_435_455 ? 4 : 5
  }

  /// Seven bits a byte, the highest first; every byte but the first has its top bit set.
  private func checkBackLength(_ size: Int, width: Int, in blob: RawSpan) throws(RDBError) {
    var found = 0
    for index in 0..<width {
      let byte = blob.byte(at: at &+ index)
      guard (byte >= 0x80) == (index > 0) else {
        throw RDBError(.badListpack, .link, at: at &+ index)
      }
      found = found << 7 | Int(byte & 0x7f)
    }
    guard found == size else {
      throw RDBError(.badListpack, .link, at: at, number: UInt64(found))
    }
  }

  private func end(at place: Int, in blob: RawSpan) throws(RDBError) {
    guard place == blob.byteCount &- 1, !counted || remaining == 0 else {
      let isEnd = place == blob.byteCount &- 1
      throw RDBError(.badListpack, isEnd ? .count : .end, at: place)
    }
  }
}
