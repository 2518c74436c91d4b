// What is left of a damaged file: segments in which every record is whole, and gaps between them.

/// A part of a file in which records follow each other, each of them whole.
package struct SalvageSegment: Sendable {
  /// Its first byte: that of an attribute, an opcode or a record.
  package var start: Int
  /// The first byte behind it.
  package var end: Int
  /// The database that it begins in.
  package var database: UInt32
  /// What the meaning of its values depends on.
  package var context: ValueContext
  /// What kind of damage stands before it; nil if none does.
  package var precedingGap: SalvageGap.Kind?
  /// Whether damage stands behind it.
  package var precedesDamage: Bool

  /// A scanner at the first byte of the segment.
  package func scanner(_ header: RDBHeader) -> RDBScanner {
    RDBScanner(
      header: header, resuming: ScanState(offset: start, database: database), context: context)
  }
}

/// A part of a file that cannot be read.
package struct SalvageGap: Sendable {
  /// What kind of damage it is.
  package enum Kind: String, Sendable, CaseIterable {
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
  package var kind: Kind
  /// Its place.
  package var range: ByteRange
  /// What was wrong at its beginning.
  package var error: RDBError
  /// The database.
  package var database: UInt32
  /// The type of the record in which the damage is, if it could be read.
  package var type: RDBType?
  /// The key of that record, if it could be read; its place is in the file.
  package var key: StringObject?
  /// The type byte's place, if there is one.
  package var typeOffset: Int?
  /// What the meaning of types depends on there.
  package var context: ValueContext
}

/// What is left of a damaged file.
package struct SalvageMap: Sendable {
  /// The header, or what it probably was.
  package var header: RDBHeader
  /// Whether the header could be read.
  package var isHeaderSound: Bool
  /// Segments, in the file's order.
  package internal(set) var segments: [SalvageSegment] = []
  /// Gaps, in the file's order.
  package internal(set) var gaps: [SalvageGap] = []
  /// The place of the end opcode; nil if none was reached.
  package internal(set) var end: Int?
  /// The checksum behind it.
  package internal(set) var checksum: UInt64?
  /// Offsets that were probed.
  package internal(set) var probes = 0
  /// Steps that the probes took at most.
  package internal(set) var steps = 0
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
