// A ziplist (Redis 2.4 to 6.2).
//
//   u32 LE total bytes, u32 LE offset of the last entry, u16 LE count (65535 = count it yourself),
//   entries, FF
//
// Entry: the size of the entry before it (1 byte, or FE and u32 LE), then
//
//   00xxxxxx            string, 6-bit length
//   01xxxxxx y          string, 14-bit length, high bits first
//   80 u32 BE           string
//   C0 D0 E0            int16, int32, int64, little-endian
//   F0                  int24, little-endian
//   FE                  int8
//   F1..FD              0 to 12

/// Reads the entries of a ziplist from front to back.
///
/// Holds offsets only.
struct Ziplist: PackedStructure {
  static var damage: RDBError.Reason { .badZiplist }

  private(set) var at: Int
  private var remaining: Int
  private let counted: Bool
  private let tail: Int
  private var previous = 0
  private var last = 10

  init(opening blob: RawSpan) throws(RDBError) {
    var at = 0
    try Ziplist.readTotal(of: blob, atLeast: 11, &at)
    tail = Int(try blob.read(&at, littleEndian: UInt32.self))
    let count = try blob.read(&at, littleEndian: UInt16.self)
    self.at = at
    remaining = Int(count)
    counted = count != 65535
  }

  var count: Int? { counted ? remaining : nil }

  static func count(head: UInt128) -> Int? {
    let count = Int(head >> 64 & 0xffff)
    return count == 65535 ? nil : count
  }

  @inline(__always)
  mutating func nextPlain(in blob: RawSpan, checked: Bool) -> StringObject? {
    // Bytes up to the end mark, which every entry must leave alone.
    let room = blob.byteCount &- 1 &- at
    guard room >= 2, blob.byte(at: at) < 0xfe, !counted || remaining > 0 else { return nil }
    let first = Int(blob.byte(at: at &+ 1))
    let entry: StringObject
    let size: Int
    if first < 0x40 {
      entry = .raw(ByteRange(offset: at &+ 2, count: first))
      size = first &+ 2
    } else {
      guard room >= 10, let long = plainLong(first, in: blob) else { return nil }
      (entry, size) = long
    }
    guard size <= room else { return nil }
    if checked {
      guard Int(blob.byte(at: at)) == previous else { return nil }
      (last, previous) = (at, size)
    }
    at &+= size
    remaining &-= 1  // of no meaning where entries are not counted
    return entry
  }

  /// An entry other than a short string, with its size; ten bytes are known to be there.
  @inline(__always)
  private func plainLong(_ first: Int, in blob: RawSpan) -> (StringObject, size: Int)? {
    let word = blob.number(at: at &+ 2, as: UInt64.self)
    if first < 0x80 {
      let length = (first & 0x3f) << 8 | Int(word & 0xff)
      return (.raw(ByteRange(offset: at &+ 3, count: length)), length &+ 3)
    }
    let width: Int
    switch first {
    case 0xf1...0xfd: return (.integer(Int64((first & 0x0f) &- 1)), 2)
    case 0xc0: width = 2
    case 0xd0: width = 4
    case 0xe0: width = 8
    case 0xf0: width = 3
    case 0xfe: width = 1
    default: return nil
    }
    let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* width)
    return (.integer(Int64(bitPattern: word &<< shift) &>> Int64(shift)), width &+ 2)
  }

  @inline(__always)
  mutating func next(in blob: RawSpan, checked: Bool) throws(RDBError) -> StringObject? {
    let start = at
    let before = try blob.readByte(&at)
    if before == 0xff {
      try end(at: start, in: blob, checked: checked)
      return nil
    }
    let previous = before < 0xfe ? Int(before) : Int(try blob.read(&at, littleEndian: UInt32.self))
    if checked && previous != self.previous {
      throw RDBError(.badZiplist, .link, at: start, number: UInt64(previous))
    }
    let first = try blob.readByte(&at)
    let entry =
      first < 0x40 ? try take(Int(first), in: blob) : try nextLong(first, in: blob)
    // An entry ends before the structure's last byte.
    guard at < blob.byteCount else { throw RDBError(.badZiplist, .entry, at: start) }
    if counted {
      guard remaining > 0 else { throw RDBError(.badZiplist, .count, at: start) }
      remaining &-= 1
    }
    last = start
    self.previous = at &- start
    return entry
  }

  @inline(never)
  private mutating func nextLong(_ first: UInt8, in blob: RawSpan) throws(RDBError) -> StringObject
  {
    switch first {
    case 0x40...0x7f:
      let length = Int(first & 0x3f) << 8 | Int(try blob.readByte(&at))
      return try take(length, in: blob)
    case 0x80: return try take(Int(try blob.read(&at, bigEndian: UInt32.self)), in: blob)
    case 0xc0: return .integer(Int64(try blob.read(&at, littleEndian: Int16.self)))
    case 0xd0: return .integer(Int64(try blob.read(&at, littleEndian: Int32.self)))
    case 0xe0: return .integer(try blob.read(&at, littleEndian: Int64.self))
    case 0xf0: return .integer(try blob.readInt24(&at))
    case 0xfe: return .integer(Int64(Int8(bitPattern: try blob.readByte(&at))))
    case 0xf1...0xfd: return .integer(Int64(first & 0x0f) - 1)
    default: throw RDBError(.badZiplist, .entry, at: at &- 1, number: UInt64(first))
    }
  }

  @inline(__always)
  private mutating func take(_ length: Int, in blob: RawSpan) throws(RDBError) -> StringObject {
    guard length < blob.byteCount &- at else {
      throw RDBError(.badZiplist, .entry, at: at, number: UInt64(length))
    }
    defer { at &+= length }
    return .raw(ByteRange(offset: at, count: length))
  }

  private func end(at place: Int, in blob: RawSpan, checked: Bool) throws(RDBError) {
    guard place == blob.byteCount &- 1, !counted || remaining == 0 else {
      let isEnd = place == blob.byteCount &- 1
      throw RDBError(.badZiplist, isEnd ? .count : .end, at: place)
    }
    guard !checked || tail == last else {
      throw RDBError(.badZiplist, .tail, at: 4, number: UInt64(tail))
    }
  }
}
