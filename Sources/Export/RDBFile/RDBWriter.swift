// An RDB file with part of another file's content. Records are copied byte for byte; only what
// depends on the selection is written anew.
//
//   header         as in the source
//   FA str str     AUX: name, value
//   F5 str         FUNCTION2: a library
//   FE len         SELECTDB
//   FB len len     RESIZEDB: keys, expiring keys (since version 7)
//   F4 len len len SLOT_INFO: slot, keys, expiring keys
//   FC int64       EXPIRETIME_MS, little-endian, before the record's other attributes
//   FD int32       EXPIRETIME in seconds, in versions without EXPIRETIME_MS (below 3)
//   FF uint64      EOF and the CRC64 of everything before it, little-endian (since version 5)

package import RDB

/// Writes the pieces of an RDB file.
///
/// It has no state, so that threads can write parts of one file.
package struct RDBWriter: Sendable {
  /// Bytes copied at once; a value may be larger than memory.
  private static let piece = 1 << 18

  /// The header of the file.
  package let header: RDBHeader

  /// Whether the file's version has expiries in milliseconds.
  private var hasMillisecondExpiries: Bool { header.version >= 3 }

  /// Creates a writer of a file with this header.
  package init(_ header: RDBHeader) { self.header = header }

  /// Writes the header.
  package func begin(_ output: inout OutputBuffer) {
    for byte in header.description.utf8 { output.append(byte) }
  }

  /// Writes the end opcode and the checksum.
  ///
  /// - Parameters:
  ///   - checksum: The checksum of all bytes before.
  ///   - output: The output.
  package func end(checksum: UInt64, to output: inout OutputBuffer) {
    output.append(opcode: .eof)
    guard header.hasChecksum else { return }
    let end: [UInt8] = [RDBOpcode.eof.rawValue]
    var sum = end.withRawSpan { CRC64.update(checksum, $0) }
    for _ in 0..<8 {
      output.append(UInt8(truncatingIfNeeded: sum))
      sum >>= 8
    }
  }

  /// Writes an AUX field in the source's encoding.
  package func aux(
    _ name: StringObject, _ value: StringObject, in bytes: RawSpan, to output: inout OutputBuffer
  ) {
    output.append(opcode: .aux)
    output.append(stored: name, of: bytes)
    output.append(stored: value, of: bytes)
  }

  /// Writes an AUX field.
  package func aux(_ name: [UInt8], _ value: [UInt8], to output: inout OutputBuffer) {
    output.append(opcode: .aux)
    output.append(stored: name)
    output.append(stored: value)
  }

  /// Writes a function library in the source's encoding.
  package func function(_ code: StringObject, in bytes: RawSpan, to output: inout OutputBuffer) {
    output.append(opcode: .function2)
    output.append(stored: code, of: bytes)
  }

  /// Writes a function library.
  package func function(_ code: [UInt8], to output: inout OutputBuffer) {
    output.append(opcode: .function2)
    output.append(stored: code)
  }

  /// Selects a database whose key counts were already written.
  package func select(_ database: UInt32, to output: inout OutputBuffer) {
    output.append(opcode: .selectDB)
    output.append(length: UInt64(database))
  }

  /// Selects a database and writes its key counts.
  package func select(
    _ database: UInt32, keys: UInt64, expires: UInt64, to output: inout OutputBuffer
  ) {
    select(database, to: &output)
    guard header.version >= 7 else { return }
    output.append(opcode: .resizeDB)
    output.append(length: keys)
    output.append(length: expires)
  }

  /// Writes the key counts of a slot.
  package func slotInfo(
    _ slot: UInt64, keys: UInt64, expires: UInt64, to output: inout OutputBuffer
  ) {
    output.append(opcode: .slotInfo)
    output.append(length: slot)
    output.append(length: keys)
    output.append(length: expires)
  }

  /// Copies bytes of the source.
  package func copy(_ place: ByteRange, of bytes: RawSpan, to output: inout OutputBuffer) {
    var rest = place
    while rest.count > 0 {
      let count = min(rest.count, RDBWriter.piece)
      output.append(ByteRange(offset: rest.offset, count: count), of: bytes)
      rest = ByteRange(offset: rest.offset &+ count, count: rest.count &- count)
      output.drainIfLarge()
    }
  }

  /// Whether a record with this expiry is identical to its bytes in the source.
  @inline(__always)
  package func isVerbatim(
    _ record: RDBRecord, expiry: UnixMilliseconds?, in bytes: RawSpan
  ) -> Bool {
    if record.attributeCount == 0 { return expiry == nil }
    return record.attributeCount == 9 && expiry == record.expiry && hasMillisecondExpiries
      && bytes.byte(record.start) == RDBOpcode.expireTimeMS.rawValue
  }

  /// Writes a record with another expiry.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - expiry: The new expiry.
  ///   - bytes: The source's bytes.
  ///   - context: The source's dialect.
  ///   - output: The output.
  /// - Throws: Only if `bytes` are not those the record was scanned from.
  package func append(
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

  /// Writes a record under another name.
  ///
  /// Its slot (Redis Enterprise) is omitted, since it belongs to the old name.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - name: The new key.
  ///   - expiry: The new expiry.
  ///   - bytes: The source's bytes.
  ///   - context: The source's dialect.
  ///   - output: The output.
  /// - Throws: Only if `bytes` are not those the record was scanned from.
  package func append(
    _ record: RDBRecord, as name: RawSpan, expiry: UnixMilliseconds?, from bytes: RawSpan,
    context: ValueContext, to output: inout OutputBuffer
  ) throws(RDBError) {
    if let expiry { append(expiry, to: &output) }
    if record.attributeCount > 0 {
      try record.attributes(in: bytes, context) { place in
        guard bytes.byte(place.offset) != RDBOpcode.enterpriseSlot.rawValue else { return }
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

  /// An expiry opcode.
  func append(_ expiry: UnixMilliseconds, to output: inout OutputBuffer) {
    if hasMillisecondExpiries {
      output.append(opcode: .expireTimeMS)
      output.append(littleEndian: UInt64(bitPattern: expiry.rawValue), width: 8)
    } else {
      // Rounded down to a second and clamped to 32 bits.
      let seconds = expiry.rawValue / 1000 - (expiry.rawValue % 1000 < 0 ? 1 : 0)
      output.append(opcode: .expireTime)
      output.append(
        littleEndian: UInt64(UInt32(bitPattern: Int32(clamping: seconds))), width: 4)
    }
  }
}

extension OutputBuffer {
  /// An opcode.
  mutating func append(opcode: RDBOpcode) { append(opcode.rawValue) }

  /// A length in its shortest form.
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

  /// A string in the source's encoding.
  mutating func append(stored string: StringObject, of bytes: RawSpan) {
    switch string {
    case .raw(let place):
      append(length: UInt64(place.count))
      append(place, of: bytes)
    case .integer(let value):
      // Strings stored as numbers have at most 32 bits.
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

  /// A string as raw bytes.
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
