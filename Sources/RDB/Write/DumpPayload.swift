// A value as DUMP writes it and RESTORE takes it.
//
//   [metadata], type byte, value, version (2 bytes, least first), CRC64 of all before (8 bytes, least
//   first)
//
// Metadata that modules keep beside the key (opcode 243, Redis 8.6) and the value's bytes are those of the
// file. Servers refuse a version above their own, so a payload
// says the lowest that knows its type.

/// A record's value as a payload of RESTORE.
public struct DumpPayload: Hashable, BitwiseCopyable, Sendable {
  /// How the value is laid out.
  public let type: RDBType
  /// The lowest RDB version that knows the layout.
  public let version: UInt16
  /// Where the value is in the file.
  public let value: ByteRange
  /// Where the key's metadata are in the file, if the payload carries any.
  public let metadata: ByteRange?

  /// Bytes of the version and the checksum.
  private static let footer = 10
  /// Bytes that are handed out at a time.
  private static let piece = 1 << 18

  /// Makes a record's payload; nil where no server takes its type out of its file.
  ///
  /// Values that point to a template elsewhere in the file cannot stand alone, layouts of
  /// pre-releases are refused, and those of KeyDB's and Dragonfly's own have no version.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - dialect: Whose meaning the type has.
  ///   - metadata: Where the key's metadata are in the file, if they are to go along.
  public init?(
    of record: RDBRecord, in dialect: RDBDialect, metadata: ByteRange? = nil
  ) {
    guard let version = DumpPayload.version(of: record.type, in: dialect) else { return nil }
    type = record.type
    value = record.value
    self.metadata = metadata
    self.version = metadata == nil ? version : max(version, DumpPayload.versionOfMetadata)
  }

  /// The lowest RDB version that knows metadata beside keys.
  private static let versionOfMetadata: UInt16 = 13

  /// Bytes of the payload.
  ///
  /// They are a few more than bytes that exist.
  public var count: Int { (metadata?.count ?? 0) &+ value.count &+ 1 &+ DumpPayload.footer }

  /// The lowest RDB version that knows a type; nil where no payload can hold it.
  public static func version(of type: RDBType, in dialect: RDBDialect) -> UInt16? {
    switch (type.rawValue, dialect) {
    case (0...4, _), (9...13, _): 6
    case (14, _): 7
    case (5, _), (7, _): 8
    case (15, _): 9
    case (16...19, _): 10
    case (20...21, _): 11
    case (22, .valkey): 80
    case (_, .valkey), (_, .dragonfly): nil
    case (24...25, _): 12
    case (26, _): 13
    case (27...28, _), (33, _): 14
    case (29, _), (31, _): 15
    default: nil
    }
  }

  /// Hands out the payload piece by piece.
  ///
  /// - Parameters:
  ///   - bytes: A part of the file that holds the value.
  ///   - body: Called with one piece after the other.
  public func write(from bytes: RawSpan, _ body: (RawSpan) -> Void) {
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
    let sum = checksum
    (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) }.withRawSpan { body($0) }
  }
}
