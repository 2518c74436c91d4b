// An RDB file that holds a part of another: what is kept is copied byte for byte, and only what
// depends on the selection is spelled anew.
//
//   header         as in the source
//   FA str str     AUX: name, value
//   F5 str         FUNCTION2: a library
//   FE len         SELECTDB
//   FB len len     RESIZEDB: keys, and those that expire (since version 7)
//   F4 len len len SLOT_INFO: slot, keys, those that expire
//   FC int64       EXPIRETIME_MS, little-endian, in front of the other attributes of its record
//   FD int32       EXPIRETIME in seconds, where the version is older than EXPIRETIME_MS (below 3)
//   FF uint64      EOF and the CRC64 of everything before, little-endian (since version 5)

public import RDB

/// Writes the pieces of an RDB file.
///
/// It keeps nothing between them, so that threads may write parts of one file.
public struct RDBWriter: Sendable {
  /// Bytes of a value that are copied at once: a value may be larger than memory.
  private static let piece = 1 << 18

  /// The header of the file.
  public let header: RDBHeader

  /// Whether the file's version knows expiries in milliseconds.
  private var tellsMilliseconds: Bool { header.version >= 3 }

  /// Makes a writer of a file with such a header.
  public init(_ header: RDBHeader) { self.header = header }

  /// The first bytes of the file.
  public func begin(_ output: inout OutputBuffer) {
    for byte in header.description.utf8 { output.append(byte) }
  }

  /// The end opcode and the checksum.
  ///
  /// - Parameters:
  ///   - checksum: The checksum of all bytes before.
  ///   - output: Where to.
  public func end(checksum: UInt64, to output: inout OutputBuffer) {
    output.append(0xff)
    guard header.hasChecksum else { return }
    let end: [UInt8] = [0xff]
    var sum = end.withRawSpan { CRC64.update(checksum, $0) }
    for _ in 0..<8 {
      output.append(UInt8(truncatingIfNeeded: sum))
      sum >>= 8
    }
  }

  /// A name and a value about the file, as the source stores them.
  public func aux(
    _ name: StringObject, _ value: StringObject, in bytes: RawSpan, to output: inout OutputBuffer
  ) {
    output.append(0xfa)
    output.append(stored: name, of: bytes)
    output.append(stored: value, of: bytes)
  }

  /// A name and a value about the file.
  public func aux(_ name: [UInt8], _ value: [UInt8], to output: inout OutputBuffer) {
    output.append(0xfa)
    output.append(stored: name)
    output.append(stored: value)
  }

  /// A function library, as the source stores it.
  public func function(_ code: StringObject, in bytes: RawSpan, to output: inout OutputBuffer) {
    output.append(0xf5)
    output.append(stored: code, of: bytes)
  }

  /// A function library.
  public func function(_ code: [UInt8], to output: inout OutputBuffer) {
    output.append(0xf5)
    output.append(stored: code)
  }

  /// The database of what follows, of which it was told before how many keys it has.
  public func select(_ database: UInt32, to output: inout OutputBuffer) {
    output.append(0xfe)
    output.append(length: UInt64(database))
  }

  /// The database of what follows, and how many keys it has.
  public func select(
    _ database: UInt32, keys: UInt64, expires: UInt64, to output: inout OutputBuffer
  ) {
    select(database, to: &output)
    guard header.version >= 7 else { return }
    output.append(0xfb)
    output.append(length: keys)
    output.append(length: expires)
  }

  /// How many keys of a slot follow.
  public func slotInfo(
    _ slot: UInt64, keys: UInt64, expires: UInt64, to output: inout OutputBuffer
  ) {
    output.append(0xf4)
    output.append(length: slot)
    output.append(length: keys)
    output.append(length: expires)
  }

  /// Bytes of the source as they are.
  public func copy(_ place: ByteRange, of bytes: RawSpan, to output: inout OutputBuffer) {
    var rest = place
    while rest.count > 0 {
      let count = min(rest.count, RDBWriter.piece)
      output.append(ByteRange(offset: rest.offset, count: count), of: bytes)
      rest = ByteRange(offset: rest.offset &+ count, count: rest.count &- count)
      output.drainIfLarge()
    }
  }

  /// Whether a record with such an expiry is the same bytes as in the source.
  @inline(__always)
  public func isVerbatim(
    _ record: RDBRecord, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) -> Bool {
    if record.attributeCount == 0 { return expiry == nil }
    return record.attributeCount == 9 && expiry == record.expiry && tellsMilliseconds
      && bytes.byte(record.start) == 0xfc
  }

  /// A record with another expiry.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - expiry: When it expires.
  ///   - bytes: A part of the source that holds it.
  ///   - context: What the source says about the meaning of opcodes.
  ///   - output: Where to.
  /// - Throws: An error only if `bytes` are not the bytes the record was scanned from.
  public func append(
    _ record: RDBRecord, expiry: UnixMilliseconds?, from bytes: RawSpan,
    context: ValueContext, to output: inout OutputBuffer
  ) throws(RDBError) {
    if let expiry { append(expiry, to: &output) }
    if record.attributeCount > 0 {
      try record.attributes(in: bytes, context) { copy($0, of: bytes, to: &output) }
    }
    copy(
      ByteRange(offset: record.offset, count: record.end &- record.offset), of: bytes,
      to: &output)
  }

  /// A record under another name.
  ///
  /// The cluster slot that the source tells of it (Redis Enterprise) is left out: it is another now.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - name: What its key is called from now on.
  ///   - expiry: When it expires.
  ///   - bytes: A part of the source that holds it.
  ///   - context: What the source says about the meaning of opcodes.
  ///   - output: Where to.
  /// - Throws: An error only if `bytes` are not the bytes the record was scanned from.
  public func append(
    _ record: RDBRecord, as name: RawSpan, expiry: UnixMilliseconds?, from bytes: RawSpan,
    context: ValueContext, to output: inout OutputBuffer
  ) throws(RDBError) {
    if let expiry { append(expiry, to: &output) }
    if record.attributeCount > 0 {
      try record.attributes(in: bytes, context) { place in
        guard bytes.byte(place.offset) != RDBWriter.enterpriseSlot else { return }
        copy(place, of: bytes, to: &output)
      }
    }
    output.append(record.type.rawValue)
    output.append(length: UInt64(name.byteCount))
    output.append(name)
    copy(
      ByteRange(offset: record.valueOffset, count: record.valueCount), of: bytes,
      to: &output)
  }

  /// The opcode before the slot of a key.
  private static let enterpriseSlot: UInt8 = 121

  private func append(_ expiry: UnixMilliseconds, to output: inout OutputBuffer) {
    if tellsMilliseconds {
      output.append(0xfc)
      output.append(littleEndian: UInt64(bitPattern: expiry.rawValue), width: 8)
    } else {
      // The whole second that has begun, as far as the field goes.
      let seconds = expiry.rawValue / 1000 - (expiry.rawValue % 1000 < 0 ? 1 : 0)
      output.append(0xfd)
      output.append(
        littleEndian: UInt64(UInt32(bitPattern: Int32(clamping: seconds))), width: 4)
    }
  }
}

extension OutputBuffer {
  /// A length in the shortest form that holds it.
  mutating func append(length: UInt64) {
    switch length {
    case ..<64: append(UInt8(length))
    case ..<16384:
      append(UInt8(0x40 | length >> 8))
      append(UInt8(length & 0xff))
    case ...0xffff_ffff:
      append(0x80)
      append(bigEndian: length, width: 4)
    default:
      append(0x81)
      append(bigEndian: length, width: 8)
    }
  }

  /// A string in the form that the source has it in.
  mutating func append(stored string: StringObject, of bytes: RawSpan) {
    switch string {
    case .raw(let place):
      append(length: UInt64(place.count))
      append(place, of: bytes)
    case .integer(let value):
      // What a file stores as a number has 32 bits at most.
      let bits = UInt64(bitPattern: value)
      let (opcode, width): (UInt8, Int) =
        Int8(exactly: value) != nil
        ? (0xc0, 1) : Int16(exactly: value) != nil ? (0xc1, 2) : (0xc2, 4)
      append(opcode)
      append(littleEndian: bits, width: width)
    case .lzf(let place, let count):
      append(0xc3)
      append(length: UInt64(place.count))
      append(length: UInt64(count))
      append(place, of: bytes)
    }
  }

  /// A string as its bytes.
  mutating func append(stored string: [UInt8]) {
    append(length: UInt64(string.count))
    for byte in string { append(byte) }
  }

  /// The low `width` bytes of a number, least significant first.
  mutating func append(littleEndian number: UInt64, width: Int) {
    write(atMost: 8) { $0.append(word: number, width: width) }
  }

  /// The low `width` bytes of a number, most significant first.
  mutating func append(bigEndian number: UInt64, width: Int) {
    for index in (0..<width).reversed() {
      append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8)))
    }
  }
}
