// A string as a file stores it.
//
//   length, bytes                        raw
//   C0 + int8, C1 + int16, C2 + int32    the decimal text of a little-endian number
//   C3, length c, length u, c bytes      LZF data that unpacks to u bytes

/// One string of a file or of a packed structure: the range of its bytes, or the number stored for it.
///
/// Ranges are relative to the span that the string was read from.
public enum StringObject: Hashable, BitwiseCopyable, Sendable {
  /// The bytes themselves, at a place.
  case raw(ByteRange)
  /// A number; the string is its decimal text.
  case integer(Int64)
  /// LZF data at a place that unpacks to `count` bytes. `count` is a claim, checked on unpacking.
  case lzf(ByteRange, count: Int)

  /// The same string, in a file in which the span that was read begins at `start`.
  public func moved(by start: Int) -> StringObject {
    switch self {
    case .raw(let place): .raw(ByteRange(offset: place.offset &+ start, count: place.count))
    case .integer: self
    case .lzf(let place, let count):
      .lzf(ByteRange(offset: place.offset &+ start, count: place.count), count: count)
    }
  }

  /// Bytes of the decoded string.
  public var count: Int {
    switch self {
    case .raw(let place): place.count
    case .integer(let value): Decimal.digits(value)
    case .lzf(_, let count): count
    }
  }
}

extension RawSpan {
  /// A string, by place.
  /// - Throws: `.badLength`, `.badString`, `.badLZF` for a claim that no LZF data can meet, or
  ///   `.truncated`.
  @inline(__always)
  func readString(_ at: inout Int) throws(RDBError) -> StringObject {
    guard at < byteCount else { throw RDBError(.truncated, at: at, number: 1) }
    let first = byte(at: at)
    guard first < 0x40 else { return try readLongString(&at) }
    var next = at &+ 1
    let place = try take(UInt64(first), &next)
    at = next
    return .raw(place)
  }

  @inline(never)
  func readLongString(_ at: inout Int) throws(RDBError) -> StringObject {
    var next = at
    let first = try readByte(&next)
    let string: StringObject
    switch first {
    case 0xc0: string = .integer(Int64(Int8(bitPattern: try readByte(&next))))
    case 0xc1: string = .integer(Int64(try read(&next, littleEndian: Int16.self)))
    case 0xc2: string = .integer(Int64(try read(&next, littleEndian: Int32.self)))
    case 0xc3:
      let packed = try readLength(&next)
      let count = try readLength(&next)
      let place = try take(packed, &next)
      guard let count = LZF.believable(count, from: place.count) else {
        throw RDBError(.badLZF, at: at, number: count)
      }
      string = .lzf(place, count: count)
    case 0x40...0x7f:
      let count = UInt64(first & 0x3f) << 8 | UInt64(try readByte(&next))
      string = .raw(try take(count, &next))
    case 0xc4...: throw RDBError(.badString, at: at, number: UInt64(first & 0x3f))
    default:
      next = at
      string = .raw(try take(try readLength(&next), &next))
    }
    at = next
    return string
  }

  /// Steps over a string of at most 63 bytes that is stored as it is.
  ///
  /// Nil, and `at` unmoved, where it is another or is not whole.
  @inline(__always)
  func skipShortString(_ at: inout Int) -> Int? {
    guard at < byteCount else { return nil }
    let count = Int(byte(at: at))
    guard count < 0x40, count < byteCount &- at else { return nil }
    at &+= count &+ 1
    return count
  }

  /// The same for a key, which is not empty.
  @inline(__always)
  func skipShortKey(_ at: inout Int) -> Int? {
    guard at < byteCount else { return nil }
    let count = Int(byte(at: at))
    guard UInt8(truncatingIfNeeded: count) &- 1 < 0x3f, count < byteCount &- at else { return nil }
    at &+= count &+ 1
    return count
  }

  /// Skips a string.
  @inline(__always)
  func skipString(_ at: inout Int) throws(RDBError) {
    guard at < byteCount else { throw RDBError(.truncated, at: at, number: 1) }
    let first = byte(at: at)
    guard first < 0x40 else {
      _ = try readLongString(&at)
      return
    }
    var next = at &+ 1
    _ = try take(UInt64(first), &next)
    at = next
  }
}

extension StringObject {
  /// The bytes of the string; nil if it cannot be unpacked.
  package func unpacked(in bytes: RawSpan) -> [UInt8]? {
    var scratch = Scratch()
    return try? scratch.withBytes(of: self, in: bytes) { (text) throws(RDBError) in
      Array(copying: text)
    }
  }
}

extension Span<StringObject> {
  /// Whether any of the strings is compressed.
  package var hasPacked: Bool {
    for index in indices {
      if case .lzf = self[index] { return true }
    }
    return false
  }
}
