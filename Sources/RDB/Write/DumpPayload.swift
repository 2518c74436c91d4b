// A value as DUMP writes it and RESTORE takes it.
//
//   [metadata], type byte, value, version (2 bytes, least first), CRC64 of all before (8 bytes, least
//   first)
//
// Metadata that modules keep for the key (opcode 243, Redis 8.6) and the value's bytes are those of the
// file. Servers refuse a version above their own, so a payload
// states the lowest that knows its type.

/// A record's value as a payload of RESTORE.
package struct DumpPayload: Hashable, BitwiseCopyable, Sendable {
  /// How the value is laid out.
  package let type: RDBType
  /// The lowest RDB version that knows the layout.
  package let version: UInt16
  /// Where the value is in the file.
  package let value: ByteRange
  /// Where the key's metadata are in the file, if the payload carries any.
  package let metadata: ByteRange?

  /// Bytes of the version and the checksum.
  private static let footer = 10
  /// Bytes that are handed out at a time.
  private static let piece = 1 << 18

  /// Makes a record's payload; nil if no server accepts its type outside its file.
  ///
  /// Values that refer to a template elsewhere in the file cannot be moved, layouts of
  /// pre-releases are refused, and types of KeyDB and Dragonfly have no version.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - dialect: Whose meaning the type has.
  ///   - metadata: Where the key's metadata are in the file, if they are to go along.
  package init?(
    of record: RDBRecord, in dialect: RDBDialect, metadata: ByteRange? = nil
  ) {
    guard let version = DumpPayload.version(of: record.type, in: dialect) else { return nil }
    type = record.type
    value = record.value
    self.metadata = metadata
    self.version = metadata == nil ? version : max(version, DumpPayload.versionOfMetadata)
  }

  /// The lowest RDB version that knows key metadata.
  private static let versionOfMetadata: UInt16 = 13

  /// Bytes of the payload.
  ///
  /// They are a few more than bytes that exist.
  package var count: Int { (metadata?.count ?? 0) &+ value.count &+ 1 &+ DumpPayload.footer }

  /// The lowest RDB version that knows a type; nil where no payload can hold it.
  package static func version(of type: RDBType, in dialect: RDBDialect) -> UInt16? {
    switch type {
    case .string, .list, .set, .zset, .hash, .hashZipmap, .listZiplist, .setIntset, .zsetZiplist,
      .hashZiplist:
      6
    case .listQuicklist: 7
    case .zset2, .module2: 8
    case .streamListpacks: 9
    case .hashListpack, .zsetListpack, .listQuicklist2, .streamListpacks2: 10
    case .setListpack, .streamListpacks3: 11
    case .valkeyHash2 where dialect == .valkey: 80
    default: dialect == .redis ? redisVersion(of: type) : nil
    }
  }

  /// The same for types that only Redis has.
  private static func redisVersion(of type: RDBType) -> UInt16? {
    switch type {
    case .hashMetadata, .hashListpackEx: 12
    case .streamListpacks4: 13
    case .streamListpacks5, .array, .gcra: 14
    case .hashTemplateListpack, .hashTemplateArray: 15
    default: nil
    }
  }

  /// Hands out the payload piece by piece.
  ///
  /// - Parameters:
  ///   - bytes: A part of the file that holds the value.
  ///   - body: Called with one piece after the other.
  package func write(from bytes: RawSpan, _ body: (RawSpan) -> Void) {
    var checksum: UInt64 = 0
    func hand(_ piece: RawSpan) {
      checksum = CRC64.update(checksum, piece)
      body(piece)
    }
    func hand(_ place: ByteRange) {
      var at = place.offset
      let end = place.end
      while at < end {
        let stop = min(at &+ DumpPayload.piece, end)  // no sum beyond the file
        hand(bytes.extracting(at..<stop))
        at = stop
      }
    }
    if let metadata { hand(metadata) }
    [type.rawValue].withRawSpan { hand($0) }
    hand(value)
    [UInt8(truncatingIfNeeded: version), UInt8(truncatingIfNeeded: version >> 8)]
      .withRawSpan { hand($0) }
    let sum = SIMD8<UInt64>(repeating: checksum) &>> SIMD8(0, 8, 16, 24, 32, 40, 48, 56)
    let last = SIMD8<UInt8>(truncatingIfNeeded: sum)
    // A literal, which the compiler keeps off the heap.
    [last[0], last[1], last[2], last[3], last[4], last[5], last[6], last[7]]
      .withRawSpan { body($0) }
  }
}
