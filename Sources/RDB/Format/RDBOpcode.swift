/// A byte between records that is not a value type.
public struct RDBOpcode: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
  /// The byte.
  public var rawValue: UInt8

  /// Makes an opcode from its byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// Whether what follows may change the meaning of types: AUX, templates, Dragonfly's own opcodes.
  var mayChangeContext: Bool { self == .aux || self == .hashTemplate || isDragonfly }

  /// Whether it is in the range of Dragonfly's own opcodes.
  var isDragonfly: Bool { 200...224 ~= rawValue }

  /// The end of the file; CRC64 follows since version 5.
  public static var eof: RDBOpcode { RDBOpcode(255) }
  /// A database number.
  public static var selectDB: RDBOpcode { RDBOpcode(254) }
  /// An expiry in seconds, int32.
  public static var expireTime: RDBOpcode { RDBOpcode(253) }
  /// An expiry in milliseconds, int64.
  public static var expireTimeMS: RDBOpcode { RDBOpcode(252) }
  /// Hints: keys and expiring keys of the database.
  public static var resizeDB: RDBOpcode { RDBOpcode(251) }
  /// A name and a value about the file.
  public static var aux: RDBOpcode { RDBOpcode(250) }
  /// The next key's LFU counter, one byte.
  public static var freq: RDBOpcode { RDBOpcode(249) }
  /// The next key's idle time in seconds.
  public static var idle: RDBOpcode { RDBOpcode(248) }
  /// Module data that belongs to no key.
  public static var moduleAux: RDBOpcode { RDBOpcode(247) }
  /// A function library as release candidates of Redis 7.0 wrote it.
  public static var functionPreGA: RDBOpcode { RDBOpcode(246) }
  /// A function library.
  public static var function2: RDBOpcode { RDBOpcode(245) }
  /// Redis in cluster mode: a slot and how many keys it has.
  public static var slotInfo: RDBOpcode { RDBOpcode(244) }
  /// Redis: metadata of the next key, kept for modules.
  ///
  /// Valkey: a slot import.
  public static var keyMetaOrSlotImport: RDBOpcode { RDBOpcode(243) }
  /// Redis: the fields that hashes of one template share.
  public static var hashTemplate: RDBOpcode { RDBOpcode(242) }

  /// The next key's last access (Redis Enterprise).
  public static var enterpriseLRU: RDBOpcode { RDBOpcode(107) }
  /// The next key's cluster slot (Redis Enterprise).
  public static var enterpriseSlot: RDBOpcode { RDBOpcode(121) }

  /// The end of a full synchronisation (Dragonfly).
  public static var dragonflyFullSyncEnd: RDBOpcode { RDBOpcode(200) }
  /// A block of records in a ZSTD frame (Dragonfly).
  public static var dragonflyZSTDBlob: RDBOpcode { RDBOpcode(201) }
  /// A block of records in an LZ4 frame (Dragonfly).
  public static var dragonflyLZ4Blob: RDBOpcode { RDBOpcode(202) }
  /// Journal entries (Dragonfly).
  public static var dragonflyJournalBlob: RDBOpcode { RDBOpcode(210) }
  /// An offset in the journal (Dragonfly).
  public static var dragonflyJournalOffset: RDBOpcode { RDBOpcode(211) }
  /// A part of a large value, whose other parts come later (Dragonfly 1.40).
  public static var dragonflyTaggedChunk: RDBOpcode { RDBOpcode(224) }
  /// Flags of the next key (Dragonfly).
  public static var dragonflyMask: RDBOpcode { RDBOpcode(220) }
}
