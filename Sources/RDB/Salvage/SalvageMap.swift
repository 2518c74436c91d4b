// What is left of a damaged file: pieces in which every record is whole, and gaps between them.

/// A part of a file in which records follow each other, each of them whole.
public struct SalvagePiece: Sendable {
  /// Its first byte: that of an attribute, an opcode or a record.
  public var start: Int
  /// The first byte behind it.
  public var end: Int
  /// The database that it begins in.
  public var database: UInt32
  /// What the meaning of its values depends on.
  public var context: ValueContext
  /// What kind of damage stands before it; nil if none does.
  public var precedingGap: SalvageGap.Kind?
  /// Whether damage stands behind it.
  public var precedesDamage: Bool

  /// A scanner that reads the piece from its first byte on.
  public func scanner(_ header: RDBHeader) -> RDBScanner {
    RDBScanner(
      header: header, resuming: ScanState(offset: start, database: database), context: context)
  }
}

/// A part of a file that cannot be read.
public struct SalvageGap: Sendable {
  /// What kind of damage it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// The file's header.
    case header
    /// A value whose extent is known: only its record is lost.
    case value
    /// Bytes between two places where records make sense.
    case lost
    /// Bytes behind which nothing makes sense up to the end of the file.
    case tail
  }

  /// What kind of damage it is.
  public var kind: Kind
  /// Its place.
  public var range: ByteRange
  /// What was wrong at its beginning.
  public var error: RDBError
  /// The database.
  public var database: UInt32
  /// The type of the record in which the damage is, if it could be read.
  public var type: RDBType?
  /// The key of that record, if it could be read; its place is in the file.
  public var key: StringObject?
  /// The type byte's place, if there is one.
  public var typeOffset: Int?
  /// What the meaning of types depends on there.
  public var context: ValueContext
}

/// What is left of a damaged file.
public struct SalvageMap: Sendable {
  /// The header, or what it probably was.
  public var header: RDBHeader
  /// Whether the header could be read.
  public var isHeaderSound: Bool
  /// Pieces, in the file's order.
  public internal(set) var pieces: [SalvagePiece] = []
  /// Gaps, in the file's order.
  public internal(set) var gaps: [SalvageGap] = []
  /// The place of the end opcode; nil if none was reached.
  public internal(set) var end: Int?
  /// The checksum behind it.
  public internal(set) var checksum: UInt64?
  /// Places that were looked at closely.
  public internal(set) var looks = 0
  /// Steps that looking took, at most.
  public internal(set) var steps = 0
}

extension RDBHeader {
  /// What a damaged header probably was.
  init(guessing bytes: RawSpan) {
    let isValkey = bytes.agreement(with: Array("VALKEY".utf8)) >= 4
    var version: UInt16 = 0
    for index in (isValkey ? 6 : 5)..<min(RDBHeader.byteCount, max(5, bytes.byteCount)) {
      let digit = bytes.byte(at: index)
      guard (0x30...0x39).contains(digit) else {
        version = 0
        break
      }
      version = version &* 10 &+ UInt16(digit &- 0x30)  // four digits at most
    }
    let isKnown =
      isValkey ? 80...RDBHeader.newestValkey ~= version : 1...RDBHeader.newestRedis ~= version
    // The oldest that knows what most files of today hold, so that the most servers load it.
    self.init(isValkey: isValkey, version: isKnown ? version : isValkey ? 80 : 11)
  }
}

extension RawSpan {
  /// How many of the first bytes are these.
  fileprivate func agreement(with text: [UInt8]) -> Int {
    (0..<min(byteCount, text.count)).count { byte(at: $0) == text[$0] }
  }
}
